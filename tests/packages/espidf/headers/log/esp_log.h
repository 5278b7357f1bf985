#ifndef ESP_LOG_STAND_IN_H
#define ESP_LOG_STAND_IN_H

void machine_log(const char *tag, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define ESP_LOGE(tag, ...) machine_log(tag, __VA_ARGS__)
#define ESP_LOGW(tag, ...) machine_log(tag, __VA_ARGS__)
#define ESP_LOGI(tag, ...) machine_log(tag, __VA_ARGS__)

#endif
