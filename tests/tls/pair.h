/* The TLS transport and a server in memory, back to back. */

#ifndef PAIR_H
#define PAIR_H

#include "server.h"

extern const struct mqtt_transport *const tls;

extern struct server server;
extern struct limpet_mbedtls net;

/* The directory with the certificates. */
extern const char *certificates;

void pair_init(const char *dir);

/* Over the server, with its CA and wake. */
struct limpet_mbedtls_config usual_config(void);

/* A file of that directory as text. Each has its own place until the same file is read again. */
const char *file_text(const char *name);

/* A server with this certificate and a client with the usual settings, not connected. */
void pair_begin(const char *certificate);

/* Closes, and sees that the transport below was closed as often as it was opened. */
void pair_end(void);

/* Both sides in turn until the client has its answer. Whoever must call again is told so: by the transport below, or by
 * wake. */
int32_t open_at(const char *name, uint16_t port);

/* At localhost; the server has its last word, too. */
int32_t open_in_the_end(void);

int32_t read_in_the_end(void);

/* The reason has this text in it. */
bool reason_is(const char *text);

#endif
