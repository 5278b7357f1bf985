/* The demo of c_examples/range.c, which runs this application as it is. */

#define board_now_ms demo_now_ms
#include "../../../c_examples/shared/range_app.c"
