/* A thread of a test. */

#ifndef WORKER_H
#define WORKER_H

#include "lwip/sys.h"

struct worker {
    void (*work)(void *user);
    void *user;
    sys_sem_t done;
};

void worker_start(struct worker *worker);
void worker_wait(struct worker *worker);

#endif
