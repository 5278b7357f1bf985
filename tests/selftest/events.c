/* What the client of script.h tells: every field becomes a word of the transcript. */

#include "script.h"

#include "transcript.h"

static void tell_message(const struct mqtt_message *message)
{
    tell("message");
    tell_text(message->topic, message->topic_len);
    tell_number((int32_t)message->offset);
    tell_number((int32_t)message->total);
    tell_number(message->qos);
    tell_number(message->retain);
    tell_number(message->dup);
    tell_bytes(message->payload, message->payload_len);
}

static void tell_event(const struct mqtt_event *event)
{
    tell_number(event->kind);
    switch (event->kind) {
    case MQTT_EV_ONLINE:
        tell("online");
        tell_number(event->as.online.session_present);
        break;
    case MQTT_EV_OFFLINE:
    case MQTT_EV_CONNECT_FAILED:
        tell(event->kind == MQTT_EV_OFFLINE ? "offline" : "failed");
        tell_number(event->as.offline.error);
        tell_number(event->as.offline.detail);
        tell_number(event->as.offline.retry_ms);
        break;
    case MQTT_EV_MESSAGE:
        tell_message(&event->as.message);
        break;
    case MQTT_EV_DONE:
        tell("done");
        tell_number(event->as.done.token);
        tell_number(event->as.done.fate);
        tell_number(event->as.done.maybe_sent);
        break;
    case MQTT_EV_SUBSCRIBED:
        tell("subscribed");
        tell_number(event->as.subscribed.token);
        tell_number(event->as.subscribed.granted);
        break;
    case MQTT_EV_UNSUBSCRIBED:
        tell("unsubscribed");
        tell_number(event->as.subscribed.token);
        break;
    case MQTT_EV_BROKER:
    case MQTT_EV_WAN:
        tell(event->kind == MQTT_EV_BROKER ? "broker" : "wan");
        tell_number(event->as.broker.up);
        break;
    case MQTT_EV_OVERSIZE:
        tell("oversize");
        tell_number((int32_t)event->as.oversize.topic_len);
        tell_number((int32_t)event->as.oversize.total);
        break;
    default:
        EXPECT(!"a kind of event of the header");
        break;
    }
    tell_end();
}

void script_on_event(void *user, struct mqtt_client *client, const struct mqtt_event *event)
{
    struct script *script = user;
    EXPECT(client == &script->client);
    tell("event");
    tell_event(event);
    if (event->kind < SCRIPT_KINDS) {
        script->counts[event->kind]++;
    }
    script->last = *event;
    if (script->hook != NULL) {
        script->hook(script, event);
    }
}
