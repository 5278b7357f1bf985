/* Included before every source: the assembler takes instructions for control registers. To name them in -march would choose
 * another C library. */

#ifndef __ASSEMBLER__
__asm__(".option arch, +zicsr");
#endif
