// A radio without a network: its state is what a test says, or connected after begin. Like the ESP32's.

#ifndef WIFI_STAND_IN_H
#define WIFI_STAND_IN_H

#include "WiFiClient.h"

typedef enum {
    WL_NO_SHIELD = 255,
    WL_IDLE_STATUS = 0,
    WL_NO_SSID_AVAIL = 1,
    WL_SCAN_COMPLETED = 2,
    WL_CONNECTED = 3,
    WL_CONNECT_FAILED = 4,
    WL_CONNECTION_LOST = 5,
    WL_DISCONNECTED = 6,
    WL_WRONG_PASSWORD = 7,
} wl_status_t;

#define WIFI_STA 1

class WiFiClass {
public:
    wl_status_t begin(const char *ssid, const char *password = nullptr);
    bool disconnect(bool wifiOff = false);
    wl_status_t status() { return state; }
    void persistent(bool on) { isPersistent = on; }
    bool mode(int wanted);
    void setAutoReconnect(bool on) { reconnects = on; }

    // For tests.
    wl_status_t state = WL_DISCONNECTED;
    wl_status_t afterBegin = WL_CONNECTED;
    const char *ssid = nullptr;
    const char *password = nullptr;
    int begins = 0;
    int stops = 0;
    bool isPersistent = true;
    bool isStation = false;
    bool isOff = false;
    bool reconnects = false;
};

extern WiFiClass WiFi;

#endif
