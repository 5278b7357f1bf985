// The links: LimpetWifi with a radio that a test commands, and a link of one's own.

#ifndef RADIO_H
#define RADIO_H

// Calls check for every sentence; how many outages were not as they should be.
int tryRadio(void (*check)(bool holds, const char *sentence));

#endif
