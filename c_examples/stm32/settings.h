/* What you change first; or say it when you build, as README.md does for the emulator. */

#ifndef SETTINGS_H
#define SETTINGS_H

/* The broker, by its address: lwipopts.h has no DNS. 10.0.2.2 is the other end of the line. */
#ifndef SERVER
#define SERVER "10.0.2.2"
#endif
#ifndef PORT
#define PORT 1883
#endif

/* The ends of the line. */
#ifndef ADDRESS
#define ADDRESS "10.0.2.15"
#endif
#ifndef GATEWAY
#define GATEWAY "10.0.2.2"
#endif

#ifndef BAUD
#define BAUD 115200
#endif

/* Between two counts. */
#ifndef PERIOD_MS
#define PERIOD_MS 1000
#endif

/* See include/limpet.h; 0 is the default. */
#ifndef RESPONSE_MS
#define RESPONSE_MS 0
#endif
#ifndef KEEPALIVE_S
#define KEEPALIVE_S 0
#endif

/* Define CLIENT_ID, a text, if the client id shall not be made of the chip's number. */

/* Of the processor and its buses, in Hz: the chip's own oscillator, which is what it has after a reset. */
#ifndef CLOCK_HZ
#define CLOCK_HZ 16000000u
#endif

#endif
