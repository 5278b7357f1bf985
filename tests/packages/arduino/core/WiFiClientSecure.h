// To compile, not to run: no TLS.

#ifndef WIFI_CLIENT_SECURE_STAND_IN_H
#define WIFI_CLIENT_SECURE_STAND_IN_H

#include "WiFiClient.h"

namespace BearSSL {
class X509List {
public:
    explicit X509List(const char *) {}
};
}

class WiFiClientSecure : public WiFiClient {
public:
    void setCACert(const char *) {}
    void setTrustAnchors(const BearSSL::X509List *) {}
};

#endif
