/* A task for the client. Others ask it to call something for them: they leave what, wake it, and wait. Semaphores and not
 * task notifications, because the notifications of a task belong to whoever wrote it. */

#include "limpet_idf.h"

#include "freertos/timers.h"

/* NULL while it does not run. */
static TaskHandle_t handle_of(const struct limpet_idf_task *task)
{
    return __atomic_load_n(&task->handle, __ATOMIC_ACQUIRE);
}

static void set_handle(struct limpet_idf_task *task, TaskHandle_t handle)
{
    __atomic_store_n(&task->handle, handle, __ATOMIC_RELEASE);
}

static void on_event(void *user, struct mqtt_client *client, const struct mqtt_event *event)
{
    struct limpet_idf_task *task = user;
    task->on_event(task->user, client, event);
}

static void on_log(void *user, int32_t code, int32_t value)
{
    struct limpet_idf_task *task = user;
    task->log(task->user, code, value);
}

static uint32_t now_ms(void *user)
{
    struct limpet_idf_task *task = user;
    return task->now_ms(task->user);
}

static int32_t unique_id(void *user, uint8_t *buf, size_t len)
{
    struct limpet_idf_task *task = user;
    return task->unique_id(task->user, buf, len);
}

static void wake_later(void *net, uint32_t nothing)
{
    (void)nothing;
    limpet_sockets_wake(net);
}

/* An interrupt cannot send what ends the wait, so the timer's task does that for it. If that has its hands full the flag
 * ends the next wait. */
static void wake_from_interrupt(struct limpet_sockets *net)
{
    BaseType_t switches = pdFALSE;
    limpet_sockets_wake_flag(net);
    (void)xTimerPendFunctionCallFromISR(wake_later, net, 0, &switches);
    if (switches != pdFALSE) {
        portYIELD_FROM_ISR();
    }
}

static void wake(void *user)
{
    struct limpet_idf_task *task = user;
    if (xPortInIsrContext()) {
        wake_from_interrupt(task->net);
    } else {
        limpet_sockets_wake(task->net);
    }
    if (task->wake != NULL) {
        task->wake(task->user);
    }
}

/* The five functions of mqtt_config have one user between them, and wake needs the task. */
static void take_functions(struct limpet_idf_task *task, struct mqtt_config *config)
{
    task->on_event = config->on_event;
    task->log = config->log;
    task->wake = config->wake;
    task->now_ms = config->now_ms;
    task->unique_id = config->unique_id;
    task->user = config->user;
    config->on_event = config->on_event != NULL ? on_event : NULL;
    config->log = config->log != NULL ? on_log : NULL;
    config->now_ms = config->now_ms != NULL ? now_ms : NULL;
    config->unique_id = config->unique_id != NULL ? unique_id : NULL;
    config->wake = wake;
    config->user = task;
}

static void take_memory(struct limpet_idf_task *task, struct mqtt_config *config)
{
    if (config->rx == NULL) {
        config->rx = task->rx;
        config->rx_size = sizeof task->rx;
    }
    if (config->outbox == NULL) {
        config->outbox = task->outbox;
        config->outbox_size = sizeof task->outbox;
    }
    if (config->mailbox == NULL && CONFIG_LIMPET_MAILBOX_SIZE > 0) {
        config->mailbox = task->mailbox;
        config->mailbox_size = sizeof task->mailbox;
    }
}

int32_t limpet_idf_task_init(struct limpet_idf_task *task)
{
    if (task->net == NULL) {
        return MQTT_ERR_ARGUMENT;
    }
    if (handle_of(task) != NULL) {
        return MQTT_ERR_STATE;
    }
    /* Yours stays as it is, so that this may be called again. */
    struct mqtt_config config = task->config;
    take_functions(task, &config);
    take_memory(task, &config);
    int32_t result = mqtt_init(&task->client, &config);
    if (result == MQTT_OK && task->store != NULL) {
        result = mqtt_restore(&task->client, task->store);
    }
    if (result == MQTT_OK && task->link != NULL) {
        result = mqtt_supervise(&task->client, task->link);
    }
    if (result == MQTT_OK && task->done == NULL) {
        task->one_at_a_time = xSemaphoreCreateMutexStatic(&task->semaphores[0]);
        task->done = xSemaphoreCreateBinaryStatic(&task->semaphores[1]);
        task->ended = xSemaphoreCreateBinaryStatic(&task->semaphores[2]);
    }
    return result;
}

static void answer(struct limpet_idf_task *task)
{
    int32_t (*const call)(struct mqtt_client *, void *) = __atomic_load_n(&task->call, __ATOMIC_ACQUIRE);
    if (call != NULL) {
        task->result = call(&task->client, task->argument);
        __atomic_store_n(&task->call, NULL, __ATOMIC_RELEASE);
        (void)xSemaphoreGive(task->done);
    }
}

static void run(void *user)
{
    struct limpet_idf_task *task = user;
    /* Before anything that may ask whether it is in this task. */
    set_handle(task, xTaskGetCurrentTaskHandle());
    (void)xSemaphoreGive(task->done);
    for (;;) {
        answer(task);
        const int32_t ms = mqtt_poll(&task->client);
        if (task->ending && ms == MQTT_FOREVER) {
            break;
        }
        limpet_sockets_wait(task->net, ms, mqtt_wants_write(&task->client));
    }
    (void)xSemaphoreGive(task->ended);
    /* Whoever waits for the end deletes it, and then its memory is free. */
    for (;;) {
        vTaskSuspend(NULL);
    }
}

int32_t limpet_idf_task_start(struct limpet_idf_task *task)
{
    const BaseType_t core = CONFIG_LIMPET_TASK_CORE >= 0 ? CONFIG_LIMPET_TASK_CORE : tskNO_AFFINITY;
    if (task->done == NULL || handle_of(task) != NULL) {
        return MQTT_ERR_STATE;
    }
    const int32_t result = mqtt_connect(&task->client);
    if (result != MQTT_OK) {
        return result;
    }
    task->ending = false;
    if (xTaskCreateStaticPinnedToCore(run, "limpet", sizeof task->stack / sizeof task->stack[0], task,
                                      CONFIG_LIMPET_TASK_PRIORITY, task->stack, &task->tcb, core)
        == NULL) {
        (void)mqtt_close(&task->client);
        return MQTT_ERR_ARGUMENT;
    }
    (void)xSemaphoreTake(task->done, portMAX_DELAY);
    return MQTT_OK;
}

int32_t limpet_idf_task_call(struct limpet_idf_task *task, int32_t (*call)(struct mqtt_client *client, void *argument),
                             void *argument)
{
    if (call == NULL) {
        return MQTT_ERR_ARGUMENT;
    }
    if (handle_of(task) == NULL) {
        return MQTT_ERR_STATE;
    }
    if (xTaskGetCurrentTaskHandle() == handle_of(task)) {
        return call(&task->client, argument);
    }
    (void)xSemaphoreTake(task->one_at_a_time, portMAX_DELAY);
    task->argument = argument;
    __atomic_store_n(&task->call, call, __ATOMIC_RELEASE);
    limpet_sockets_wake(task->net);
    (void)xSemaphoreTake(task->done, portMAX_DELAY);
    const int32_t result = task->result;
    (void)xSemaphoreGive(task->one_at_a_time);
    return result;
}

struct leave {
    struct limpet_idf_task *task;
    uint8_t how;
    uint32_t timeout_ms;
};

static int32_t leave(struct mqtt_client *client, void *argument)
{
    const struct leave *leave = argument;
    const int32_t result = mqtt_disconnect(client, leave->how, leave->timeout_ms);
    leave->task->ending = result == MQTT_OK;
    return result;
}

int32_t limpet_idf_task_stop(struct limpet_idf_task *task, uint8_t how, uint32_t timeout_ms)
{
    struct leave argument = { .task = task, .how = how, .timeout_ms = timeout_ms };
    if (handle_of(task) != NULL && xTaskGetCurrentTaskHandle() == handle_of(task)) {
        /* It cannot wait for its own end. */
        return MQTT_ERR_BUSY;
    }
    const int32_t result = limpet_idf_task_call(task, leave, &argument);
    if (result != MQTT_OK) {
        return result;
    }
    (void)xSemaphoreTake(task->ended, portMAX_DELAY);
    while (eTaskGetState(handle_of(task)) != eSuspended) {
        vTaskDelay(1);
    }
    vTaskDelete(handle_of(task));
    set_handle(task, NULL);
    return MQTT_OK;
}
