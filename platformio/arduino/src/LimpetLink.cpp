/* From the functions in C to those of the class. */

#include "LimpetLink.h"

static LimpetLink &of(void *user)
{
    return *static_cast<LimpetLink *>(user);
}

static void start(void *user)
{
    of(user).start();
}

static void stop(void *user)
{
    of(user).stop();
}

static int32_t status(void *user)
{
    return of(user).status();
}

LimpetLink::LimpetLink() : settings()
{
    settings.start = ::start;
    settings.stop = ::stop;
    settings.status = ::status;
    settings.user = this;
}
