// To compile, not to run: no cable.

#ifndef ETHERNET_STAND_IN_H
#define ETHERNET_STAND_IN_H

#include "WiFiClient.h"

enum EthernetLinkStatus { Unknown, LinkON, LinkOFF };

class EthernetClass {
public:
    int begin(uint8_t *) { return 0; }
    int maintain() { return 0; }
    EthernetLinkStatus linkStatus() { return LinkOFF; }
};

extern EthernetClass Ethernet;

class EthernetClient : public WiFiClient {};

#endif
