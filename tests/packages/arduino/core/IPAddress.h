#ifndef IP_ADDRESS_H
#define IP_ADDRESS_H

class IPAddress {};

#endif
