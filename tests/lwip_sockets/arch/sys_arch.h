/* lwIP's semaphores, mutexes, mailboxes and threads are made of pthreads. */

#ifndef ARCH_SYS_ARCH_H
#define ARCH_SYS_ARCH_H

struct sys_sem;
struct sys_mutex;
struct sys_mbox;

typedef struct sys_sem *sys_sem_t;
typedef struct sys_mutex *sys_mutex_t;
typedef struct sys_mbox *sys_mbox_t;
typedef unsigned long sys_thread_t;
typedef int sys_prot_t;

#define sys_sem_valid(sem) (*(sem) != 0)
#define sys_sem_set_invalid(sem) (*(sem) = 0)
#define sys_mutex_valid(mutex) (*(mutex) != 0)
#define sys_mutex_set_invalid(mutex) (*(mutex) = 0)
#define sys_mbox_valid(mbox) (*(mbox) != 0)
#define sys_mbox_set_invalid(mbox) (*(mbox) = 0)

#endif
