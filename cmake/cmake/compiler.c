/* Nothing: the compiler is asked for the macros that it has by itself. */
