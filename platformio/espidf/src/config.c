/* What menuconfig says, the clock, the id, and whether there is a network. */

#include "limpet_idf.h"

#include "esp_mac.h"
#include "esp_netif.h"
#include "esp_timer.h"

#include <string.h>

/* A text that was left empty in menuconfig is none. */
static const char *unless_empty(const char *text)
{
    return text[0] != '\0' ? text : NULL;
}

void limpet_idf_config(struct mqtt_config *config)
{
    memset(config, 0, sizeof *config);
    config->abi = MQTT_ABI;
    config->server = unless_empty(CONFIG_LIMPET_SERVER);
    config->port = CONFIG_LIMPET_PORT;
    config->client_id = unless_empty(CONFIG_LIMPET_CLIENT_ID);
    config->username = unless_empty(CONFIG_LIMPET_USERNAME);
    config->password = unless_empty(CONFIG_LIMPET_PASSWORD);
    config->keepalive_s = CONFIG_LIMPET_KEEPALIVE_S;
#if CONFIG_LIMPET_KEEP_SESSION
    config->keep_session = true;
#endif
    config->unique_id = limpet_idf_unique_id;
    config->now_ms = limpet_idf_now_ms;
}

uint32_t limpet_idf_now_ms(void *user)
{
    (void)user;
    return (uint32_t)((uint64_t)esp_timer_get_time() / 1000u);
}

int32_t limpet_idf_unique_id(void *user, uint8_t *buf, size_t len)
{
    uint8_t mac[8];
    (void)user;
    (void)len;
    if (esp_efuse_mac_get_default(mac) != ESP_OK) {
        return -1;
    }
    memcpy(buf, mac, 6);
    return 6;
}

int32_t limpet_idf_network_status(void *user)
{
    esp_netif_ip_info_t info;
    esp_netif_t *netif = esp_netif_get_default_netif();
    (void)user;
    if (netif == NULL || !esp_netif_is_netif_up(netif) || esp_netif_get_ip_info(netif, &info) != ESP_OK) {
        return 0;
    }
    return info.ip.addr != 0 ? 1 : 0;
}
