/* The Wi-Fi of the board, looked after by the client: it is joined when the client needs it, joined again when it is lost,
 * and the radio is switched off and on when that may help.
 *
 *     LimpetWifi wifi("my network", "its password");
 *     mqtt.setLink(wifi);
 *
 * Do not call WiFi.begin yourself then. On an ESP32 and ESP8266 joining goes on in the background. With WiFiNINA and WiFiS3
 * (MKR, Nano 33 IoT, UNO R4 WiFi) WiFi.begin waits, up to ten seconds, and so does loop() then. */

#ifndef LIMPET_WIFI_H
#define LIMPET_WIFI_H

#if defined ARDUINO_ARCH_ESP8266
#include <ESP8266WiFi.h>
#elif defined ARDUINO_UNOR4_WIFI
#include <WiFiS3.h>
#elif defined ARDUINO_SAMD_NANO_33_IOT || defined ARDUINO_SAMD_MKRWIFI1010 || defined ARDUINO_NANO_RP2040_CONNECT
#include <WiFiNINA.h>
#else
#include <WiFi.h>
#endif

#include "LimpetLink.h"

class LimpetWifi : public LimpetLink {
public:
    /* Both are borrowed. No password: an open network. */
    explicit LimpetWifi(const char *ssid, const char *password = nullptr) : m_ssid(ssid), m_password(password) {}

    void start() override
    {
#if defined ARDUINO_ARCH_ESP32 || defined ARDUINO_ARCH_ESP8266
        /* Else each start writes to the flash, which wears out. */
        WiFi.persistent(false);
        WiFi.mode(WIFI_STA);
        WiFi.setAutoReconnect(true);
#endif
        if (m_password != nullptr && m_password[0] != '\0') {
            WiFi.begin(m_ssid, m_password);
        } else {
            WiFi.begin(m_ssid);
        }
    }

    void stop() override
    {
#if defined ARDUINO_ARCH_ESP32 || defined ARDUINO_ARCH_ESP8266
        /* The radio, too: one that hangs comes to itself. */
        WiFi.disconnect(true);
#else
        WiFi.disconnect();
#endif
    }

    int32_t status() override
    {
        return WiFi.status() == WL_CONNECTED ? 1 : 0;
    }

    /* Why there is no network, for a human. What it tells may be from an attempt that is over. */
    const char *reason() const
    {
        switch (static_cast<int>(WiFi.status())) {
        case WL_CONNECTED:
            return "connected";
        case WL_NO_SSID_AVAIL:
            return "no network of this name";
        case WL_CONNECT_FAILED:
#if defined ARDUINO_ARCH_ESP8266
        case WL_WRONG_PASSWORD:
#endif
            return "refused: is the password right?";
        case WL_CONNECTION_LOST:
            return "lost";
        default:
            return "not connected";
        }
    }

private:
    const char *m_ssid;
    const char *m_password;
};

#endif
