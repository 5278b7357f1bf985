/* What lwIP asks of an operating system, given by FreeRTOS. */

#include "lwip/sys.h"

#include "FreeRTOS.h"
#include "queue.h"
#include "semphr.h"
#include "task.h"

/* Zero is lwIP's word for "as long as it takes". */
static TickType_t ticks_of(u32_t ms)
{
    return ms == 0 ? portMAX_DELAY : pdMS_TO_TICKS(ms);
}

static err_t made(const void *handle)
{
    return handle != NULL ? ERR_OK : ERR_MEM;
}

void sys_init(void)
{
}

u32_t sys_now(void)
{
    return xTaskGetTickCount() * portTICK_PERIOD_MS;
}

sys_prot_t sys_arch_protect(void)
{
    taskENTER_CRITICAL();
    return 0;
}

void sys_arch_unprotect(sys_prot_t before)
{
    (void)before;
    taskEXIT_CRITICAL();
}

err_t sys_mutex_new(sys_mutex_t *mutex)
{
    *mutex = xSemaphoreCreateMutex();
    return made(*mutex);
}

void sys_mutex_lock(sys_mutex_t *mutex)
{
    (void)xSemaphoreTake(*mutex, portMAX_DELAY);
}

void sys_mutex_unlock(sys_mutex_t *mutex)
{
    (void)xSemaphoreGive(*mutex);
}

void sys_mutex_free(sys_mutex_t *mutex)
{
    vSemaphoreDelete(*mutex);
}

err_t sys_sem_new(sys_sem_t *sem, u8_t count)
{
    *sem = xSemaphoreCreateCounting(255, count);
    return made(*sem);
}

void sys_sem_signal(sys_sem_t *sem)
{
    (void)xSemaphoreGive(*sem);
}

u32_t sys_arch_sem_wait(sys_sem_t *sem, u32_t timeout)
{
    return xSemaphoreTake(*sem, ticks_of(timeout)) == pdTRUE ? 0 : SYS_ARCH_TIMEOUT;
}

void sys_sem_free(sys_sem_t *sem)
{
    vSemaphoreDelete(*sem);
}

err_t sys_mbox_new(sys_mbox_t *mbox, int size)
{
    *mbox = xQueueCreate((UBaseType_t)size, sizeof(void *));
    return made(*mbox);
}

void sys_mbox_post(sys_mbox_t *mbox, void *msg)
{
    (void)xQueueSend(*mbox, &msg, portMAX_DELAY);
}

err_t sys_mbox_trypost(sys_mbox_t *mbox, void *msg)
{
    return xQueueSend(*mbox, &msg, 0) == pdTRUE ? ERR_OK : ERR_MEM;
}

err_t sys_mbox_trypost_fromisr(sys_mbox_t *mbox, void *msg)
{
    BaseType_t woken = pdFALSE;
    const BaseType_t sent = xQueueSendFromISR(*mbox, &msg, &woken);
    portYIELD_FROM_ISR(woken);
    return sent == pdTRUE ? ERR_OK : ERR_MEM;
}

static u32_t fetch(sys_mbox_t mbox, void **msg, TickType_t ticks, u32_t otherwise)
{
    void *fetched = NULL;
    const BaseType_t received = xQueueReceive(mbox, &fetched, ticks);
    if (msg != NULL) {
        *msg = fetched;
    }
    return received == pdTRUE ? 0 : otherwise;
}

u32_t sys_arch_mbox_fetch(sys_mbox_t *mbox, void **msg, u32_t timeout)
{
    return fetch(*mbox, msg, ticks_of(timeout), SYS_ARCH_TIMEOUT);
}

u32_t sys_arch_mbox_tryfetch(sys_mbox_t *mbox, void **msg)
{
    return fetch(*mbox, msg, 0, SYS_MBOX_EMPTY);
}

void sys_mbox_free(sys_mbox_t *mbox)
{
    vQueueDelete(*mbox);
}

sys_thread_t sys_thread_new(const char *name, lwip_thread_fn thread, void *arg, int stacksize, int prio)
{
    TaskHandle_t task = NULL;
    const configSTACK_DEPTH_TYPE words = (configSTACK_DEPTH_TYPE)stacksize / sizeof(StackType_t);
    return xTaskCreate(thread, name, words, arg, (UBaseType_t)prio, &task) == pdPASS ? task : NULL;
}
