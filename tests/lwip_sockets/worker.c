/* See worker.h. */

#include "worker.h"

static void run(void *user)
{
    struct worker *worker = user;
    worker->work(worker->user);
    sys_sem_signal(&worker->done);
}

void worker_start(struct worker *worker)
{
    sys_sem_new(&worker->done, 0);
    sys_thread_new("worker", run, worker, 0, 0);
}

void worker_wait(struct worker *worker)
{
    sys_arch_sem_wait(&worker->done, 0);
    sys_sem_free(&worker->done);
}
