/* A plugin for QEMU that counts the instructions of a machine between two of its labels. At the end of QEMU its file has a
 * line for each time that the second label was reached after the first: the span's name, all instructions, and those in
 * each range of code that had some. What that means is the reader's business: xtask/src/firmware/spans.rs.
 *
 *     -plugin spans.so,out=FILE,span=NAME:BEGIN:END,span=...,range=BEGIN:END,range=...
 *
 * Addresses are hexadecimal; the label END is not part of its span, nor the address END of its range. Ranges have numbers,
 * from 0, and do not overlap. An interrupt in a span is part of it. The last line is "end". */

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SPANS_MAX 32
#define RANGES_MAX 1024

/* Version 1 of QEMU's interface. Debian's QEMU has it and comes without its header. */
#define INTERFACE 1
#define SUCCESS 0

struct qemu_info;
struct qemu_plugin_tb;
struct qemu_plugin_insn;

enum { INLINE_ADD = 0 };
enum { NO_REGISTERS = 0 };

void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, void (*translated)(uint64_t id, struct qemu_plugin_tb *block));
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *block, size_t index);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *instruction);
void qemu_plugin_register_vcpu_insn_exec_cb(
    struct qemu_plugin_insn *instruction, void (*executed)(unsigned cpu, void *user), int registers, void *user);
void qemu_plugin_register_vcpu_insn_exec_inline(
    struct qemu_plugin_insn *instruction, int operation, void *number, uint64_t operand);
void qemu_plugin_register_atexit_cb(uint64_t id, void (*ended)(uint64_t id, void *user), void *user);

#define VISIBLE __attribute__((visibility("default")))

VISIBLE int qemu_plugin_version = INTERFACE;
VISIBLE int qemu_plugin_install(uint64_t id, const struct qemu_info *info, int argc, char **argv);

/* Instructions so far: of each range, and behind them those of no range. */
static uint64_t counts[RANGES_MAX + 1];

static struct range {
    uint64_t begin;
    uint64_t end;
} ranges[RANGES_MAX];
static size_t ranges_len;

static struct span {
    char name[32];
    uint64_t begin;
    uint64_t end;
    /* Its first label was reached, and these were the counts. */
    bool open;
    uint64_t before[RANGES_MAX + 1];
} spans[SPANS_MAX];
static size_t spans_len;

static FILE *out;

static void at_begin(unsigned cpu, void *user)
{
    struct span *span = user;
    (void)cpu;
    span->open = true;
    memcpy(span->before, counts, sizeof counts);
}

static void at_end(unsigned cpu, void *user)
{
    struct span *span = user;
    (void)cpu;
    if (!span->open) {
        return;
    }
    span->open = false;
    uint64_t total = counts[RANGES_MAX] - span->before[RANGES_MAX];
    for (size_t i = 0; i < ranges_len; i++) {
        total += counts[i] - span->before[i];
    }
    fprintf(out, "%s %" PRIu64, span->name, total);
    for (size_t i = 0; i < ranges_len; i++) {
        if (counts[i] != span->before[i]) {
            fprintf(out, " %zu=%" PRIu64, i, counts[i] - span->before[i]);
        }
    }
    fputc('\n', out);
}

static uint64_t *count_of(uint64_t address)
{
    for (size_t i = 0; i < ranges_len; i++) {
        if (address >= ranges[i].begin && address < ranges[i].end) {
            return &counts[i];
        }
    }
    return &counts[RANGES_MAX];
}

/* Each instruction is counted where it runs, so a block that is left in its middle does no harm. */
static void on_block(uint64_t id, struct qemu_plugin_tb *block)
{
    (void)id;
    const size_t len = qemu_plugin_tb_n_insns(block);
    for (size_t i = 0; i < len; i++) {
        struct qemu_plugin_insn *instruction = qemu_plugin_tb_get_insn(block, i);
        const uint64_t address = qemu_plugin_insn_vaddr(instruction);
        qemu_plugin_register_vcpu_insn_exec_inline(instruction, INLINE_ADD, count_of(address), 1);
        for (size_t k = 0; k < spans_len; k++) {
            /* The end first: a label may be the end of one round and the beginning of the next. */
            if (address == spans[k].end) {
                qemu_plugin_register_vcpu_insn_exec_cb(instruction, at_end, NO_REGISTERS, &spans[k]);
            }
            if (address == spans[k].begin) {
                qemu_plugin_register_vcpu_insn_exec_cb(instruction, at_begin, NO_REGISTERS, &spans[k]);
            }
        }
    }
}

/* A file without its last line is one of a QEMU that was killed, or of a full disk. */
static void on_exit_of_qemu(uint64_t id, void *user)
{
    (void)id;
    (void)user;
    if (ferror(out) == 0) {
        fputs("end\n", out);
    }
    if (fclose(out) != 0) {
        perror("spans: the file of results");
    }
}

static bool understand(const char *word)
{
    if (strncmp(word, "out=", 4) == 0 && out == NULL) {
        out = fopen(word + 4, "w");
        return out != NULL;
    }
    if (strncmp(word, "span=", 5) == 0 && spans_len < SPANS_MAX) {
        struct span *span = &spans[spans_len++];
        return sscanf(word + 5, "%31[^:]:%" SCNx64 ":%" SCNx64, span->name, &span->begin, &span->end) == 3;
    }
    if (strncmp(word, "range=", 6) == 0 && ranges_len < RANGES_MAX) {
        struct range *range = &ranges[ranges_len++];
        return sscanf(word + 6, "%" SCNx64 ":%" SCNx64, &range->begin, &range->end) == 2;
    }
    return false;
}

int qemu_plugin_install(uint64_t id, const struct qemu_info *info, int argc, char **argv)
{
    (void)info;
    for (int i = 0; i < argc; i++) {
        if (!understand(argv[i])) {
            fprintf(stderr, "spans: what is %s?\n", argv[i]);
            return -1;
        }
    }
    if (out == NULL) {
        fputs("spans: no file is named\n", stderr);
        return -1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_block);
    qemu_plugin_register_atexit_cb(id, on_exit_of_qemu, NULL);
    return SUCCESS;
}
