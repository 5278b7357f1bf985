/* Runs checks one by one and prints the outcome of each. */

#define _POSIX_C_SOURCE 200809L

#include "conformance.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

enum outcome { OK, DIFFERS, FAILED };

static enum outcome outcome;
static char reason[512];
static unsigned number;
static unsigned totals[3];

static void conclude(enum outcome how, const char *text, va_list values)
{
    /* The first reason is the cause; what follows may only be its consequence. */
    if (outcome == OK) {
        outcome = how;
        vsnprintf(reason, sizeof reason, text, values);
    }
}

void failed(const char *text, ...)
{
    va_list values;
    va_start(values, text);
    conclude(FAILED, text, values);
    va_end(values);
}

void differs(const char *text, ...)
{
    va_list values;
    va_start(values, text);
    conclude(DIFFERS, text, values);
    va_end(values);
}

void check(const char *name, void (*play)(unsigned a, unsigned b), unsigned a, unsigned b)
{
    outcome = OK;
    number++;
    play(a, b);
    peers_end();
    totals[outcome]++;
    if (outcome == OK) {
        printf("ok %s\n", name);
    } else {
        printf("%s %s: %s\n", outcome == FAILED ? "FAILED" : "broker differs", name, reason);
    }
}

int checks_end(void)
{
    printf("%u ok, %u differ, %u failed\n", totals[OK], totals[DIFFERS], totals[FAILED]);
    return totals[FAILED] == 0 ? 0 : 1;
}

const char *mark(void)
{
    static char text[16];
    snprintf(text, sizeof text, "limpet%ld", (long)getpid() % 10000000);
    return text;
}

const char *topic(const char *tail)
{
    static char texts[8][2048];
    static unsigned next;
    char *text = texts[next++ % 8];
    snprintf(text, sizeof texts[0], "%s/%u/%s", mark(), number, tail);
    return text;
}
