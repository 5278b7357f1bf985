/* See cut.h. */

#define _XOPEN_SOURCE 700

#include "cut.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void die(void)
{
    (void)kill(getpid(), SIGKILL);
    for (;;) {
        (void)pause();
    }
}

static void die_if(const struct cut *cut, enum cut_when when)
{
    if (cut->calls == cut->at && cut->when == when) {
        die();
    }
}

static FILE *open_file(const struct cut *cut, uint32_t key, const char *mode)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/%lu", cut->files.dir, (unsigned long)key);
    FILE *file = fopen(path, mode);
    if (file == NULL) {
        perror(path);
        exit(3);
    }
    return file;
}

static bool is_inside(const struct cut *cut)
{
    return cut->calls == cut->at && cut->when == CUT_INSIDE;
}

int32_t cut_save(void *user, uint32_t key, const uint8_t *record, size_t len)
{
    struct cut *cut = user;
    cut->calls++;
    cut->saves++;
    die_if(cut, CUT_BEFORE);
    if (is_inside(cut)) {
        FILE *file = open_file(cut, key, "w");
        (void)fwrite(record, 1, len / 2, file);
        (void)fclose(file);
        die();
    }
    const int32_t result = limpet_posix_store_save(&cut->files, key, record, len);
    die_if(cut, CUT_AFTER);
    return result;
}

int32_t cut_load(void *user, uint32_t key, uint8_t *buf, size_t len)
{
    struct cut *cut = user;
    if (cut->changes_only) {
        return limpet_posix_store_load(&cut->files, key, buf, len);
    }
    cut->calls++;
    die_if(cut, CUT_BEFORE);
    die_if(cut, CUT_INSIDE);
    const int32_t result = limpet_posix_store_load(&cut->files, key, buf, len);
    die_if(cut, CUT_AFTER);
    return result;
}

int32_t cut_erase(void *user, uint32_t key)
{
    struct cut *cut = user;
    cut->calls++;
    cut->erasures++;
    die_if(cut, CUT_BEFORE);
    if (is_inside(cut)) {
        FILE *file = open_file(cut, key, "r+");
        (void)fseek(file, 0, SEEK_END);
        const long len = ftell(file);
        if (ftruncate(fileno(file), len / 2) != 0) {
            exit(3);
        }
        (void)fclose(file);
        die();
    }
    const int32_t result = limpet_posix_store_erase(&cut->files, key);
    die_if(cut, CUT_AFTER);
    return result;
}
