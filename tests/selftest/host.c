/* This machine as a board: the transcript goes to the standard output. */

#include "board.h"

#include <stdio.h>
#include <stdlib.h>

void board_log(const char *line)
{
    puts(line);
}

void board_exit(int code)
{
    exit(code);
}

int main(void)
{
    return firmware_main();
}
