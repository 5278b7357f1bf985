/* The demo's board.h beside that of tests/firmware: each has a clock of the same name. */

#ifndef SOAK_DEMO_H
#define SOAK_DEMO_H

#define board_now_ms demo_now_ms
#include "../../../c_examples/shared/range_app.h"
#undef board_now_ms

#endif
