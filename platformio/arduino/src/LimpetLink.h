/* What the connection runs over, for the client to look after: Wi-Fi, a cable, a modem. LimpetWifi.h has the one for Wi-Fi;
 * for another one make a class of yours:
 *
 *     class Cable : public LimpetLink {
 *         int32_t status() override { return Ethernet.linkStatus() == LinkON ? 1 : 0; }
 *     };
 *
 * None of the three functions may call the client. They should return at once. */

#ifndef LIMPET_LINK_H
#define LIMPET_LINK_H

#include "c/limpet.h"

class LimpetLink {
public:
    LimpetLink();
    LimpetLink(const LimpetLink &) = delete;
    LimpetLink &operator=(const LimpetLink &) = delete;

    /* Brings it up; called again after each loss. Default: it comes up by itself. */
    virtual void start() {}
    /* Takes it down: to reset it, and when the client has left. Default: it stays up. */
    virtual void stop() {}
    /* Above 0: it is up, and has an address. 0: not, or not yet. Below 0: it failed, and that is the outage's detail. */
    virtual int32_t status() = 0;

    /* settle_ms, timeout_ms and reset_always may be set before begin(). */
    struct mqtt_link settings;

protected:
    /* Nobody deletes what it points to through this. */
    ~LimpetLink() = default;
};

#endif
