#include "WiFi.h"

WiFiClass WiFi;

wl_status_t WiFiClass::begin(const char *name, const char *secret)
{
    ssid = name;
    password = secret;
    begins++;
    state = afterBegin;
    return state;
}

bool WiFiClass::disconnect(bool wifiOff)
{
    stops++;
    isOff = wifiOff;
    isStation = false;
    state = WL_DISCONNECTED;
    return true;
}

bool WiFiClass::mode(int wanted)
{
    isStation = wanted == WIFI_STA;
    return true;
}
