/* lwIP's semaphores, mutexes, mailboxes and threads are FreeRTOS's. */

#ifndef ARCH_SYS_ARCH_H
#define ARCH_SYS_ARCH_H

typedef struct QueueDefinition *sys_sem_t;
typedef struct QueueDefinition *sys_mutex_t;
typedef struct QueueDefinition *sys_mbox_t;
typedef struct tskTaskControlBlock *sys_thread_t;
typedef int sys_prot_t;

#define sys_sem_valid(sem) (*(sem) != 0)
#define sys_sem_set_invalid(sem) (*(sem) = 0)
#define sys_mutex_valid(mutex) (*(mutex) != 0)
#define sys_mutex_set_invalid(mutex) (*(mutex) = 0)
#define sys_mbox_valid(mbox) (*(mbox) != 0)
#define sys_mbox_set_invalid(mbox) (*(mbox) = 0)

#endif
