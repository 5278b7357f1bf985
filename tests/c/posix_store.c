/* limpet_posix_store_*: what is kept, what a power cut may leave behind, and in which order the disk is asked. fsync,
 * renameat and unlinkat stand in place of the system's, so that the order shows and failures can be had. */

#define _XOPEN_SOURCE 700
#define _DEFAULT_SOURCE

#define CHECK_MAIN
#include "check.h"

#include "limpet_posix.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static char dir[64];
static struct limpet_posix_store store;

/* What was asked of the disk, a letter each: f a file is made safe, d a directory, n a name is given, u one is taken. */
static char order[32];
/* Fails instead, once, with EIO. */
static char fails;

static int asked(char what)
{
    const size_t len = strlen(order);
    if (len < sizeof order - 1) {
        order[len] = what;
        order[len + 1] = '\0';
    }
    if (fails == what) {
        fails = '\0';
        errno = EIO;
        return -1;
    }
    return 0;
}

int fsync(int fd)
{
    struct stat info;
    return fstat(fd, &info) == 0 && S_ISDIR(info.st_mode) ? asked('d') : asked('f');
}

int renameat(int from_dir, const char *from, int to_dir, const char *to)
{
    return asked('n') == 0 ? (int)syscall(SYS_renameat2, from_dir, from, to_dir, to, 0) : -1;
}

int unlinkat(int directory, const char *name, int flags)
{
    return asked('u') == 0 ? (int)syscall(SYS_unlinkat, directory, name, flags) : -1;
}

static void remove_all(void)
{
    char command[96];
    (void)snprintf(command, sizeof command, "rm -rf '%s'", dir);
    CHECK(system(command) == 0);
}

/* An empty directory that is not made yet. */
static void start(void)
{
    (void)snprintf(dir, sizeof dir, "/tmp/limpet-store-%ld", (long)getpid());
    remove_all();
    store.dir = dir;
    order[0] = '\0';
    fails = '\0';
}

static int32_t save(uint32_t key, const char *text)
{
    return limpet_posix_store_save(&store, key, (const uint8_t *)text, strlen(text));
}

static bool has(uint32_t key, const char *text)
{
    uint8_t buf[32];
    return limpet_posix_store_load(&store, key, buf, sizeof buf) == (int32_t)strlen(text)
        && memcmp(buf, text, strlen(text)) == 0;
}

static void put_file(const char *name, const char *text)
{
    char path[96];
    (void)snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *file = fopen(path, "w");
    if (CHECK(file != NULL)) {
        (void)fputs(text, file);
        (void)fclose(file);
    }
}

static void what_is_saved_is_loaded_until_it_is_erased(void)
{
    start();
    CHECK(has(0, ""));
    CHECK_EQ(save(0, "zero"), 0);
    CHECK_EQ(save(4294967295u, "last"), 0);
    CHECK(has(0, "zero"));
    CHECK(has(4294967295u, "last"));
    CHECK(has(1, ""));
    CHECK_EQ(limpet_posix_store_erase(&store, 0), 0);
    CHECK(has(0, ""));
    CHECK(has(4294967295u, "last"));
    CHECK_EQ(limpet_posix_store_erase(&store, 0), 0);
}

static void a_load_copies_no_more_than_it_was_given_room_for(void)
{
    uint8_t buf[5] = "____";
    start();
    CHECK_EQ(save(3, "abcdef"), 0);
    CHECK_EQ(limpet_posix_store_load(&store, 3, buf, 4), 4);
    CHECK(memcmp(buf, "abcd", 5) == 0);
}

static void the_bytes_are_safe_before_the_name_and_the_name_before_save_returns(void)
{
    start();
    CHECK_EQ(save(7, "x"), 0);
    /* The first makes the directory, and the one above it keeps its name. */
    CHECK(strcmp(order, "dfnd") == 0);
    order[0] = '\0';
    CHECK_EQ(save(8, "x"), 0);
    CHECK(strcmp(order, "fnd") == 0);
}

static void an_erasure_is_safe_before_it_returns(void)
{
    start();
    CHECK_EQ(save(7, "x"), 0);
    order[0] = '\0';
    CHECK_EQ(limpet_posix_store_erase(&store, 7), 0);
    CHECK(strcmp(order, "ud") == 0);
}

static void what_a_cut_left_half_written_is_not_seen_and_does_not_disturb(void)
{
    start();
    CHECK_EQ(save(1, "x"), 0);
    put_file("2.new", "half, and longer than what comes");
    CHECK(has(2, ""));
    CHECK_EQ(save(2, "whole"), 0);
    CHECK(has(2, "whole"));
}

static void each_failure_of_the_disk_is_told(void)
{
    static const char steps[] = { 'f', 'n', 'd' };
    start();
    fails = 'd';
    CHECK_EQ(save(1, "x"), -EIO);
    CHECK_EQ(save(2, "x"), 0);
    for (size_t i = 0; i < sizeof steps; i++) {
        fails = steps[i];
        CHECK_EQ(save(1, "x"), -EIO);
        CHECK_EQ(fails, '\0');
    }
    CHECK_EQ(save(1, "x"), 0);
    fails = 'u';
    CHECK_EQ(limpet_posix_store_erase(&store, 1), -EIO);
    fails = 'd';
    CHECK_EQ(limpet_posix_store_erase(&store, 1), -EIO);
}

static void a_directory_that_cannot_be_is_told(void)
{
    uint8_t buf[4];
    start();
    CHECK_EQ(save(1, "x"), 0);
    put_file("2", "a file");
    char path[96];
    (void)snprintf(path, sizeof path, "%s/2", dir);
    store.dir = path;
    CHECK_EQ(save(1, "x"), -ENOTDIR);
    CHECK_EQ(limpet_posix_store_load(&store, 1, buf, sizeof buf), -ENOTDIR);
    CHECK_EQ(limpet_posix_store_erase(&store, 1), -ENOTDIR);
    (void)snprintf(path, sizeof path, "%s/no/where", dir);
    CHECK_EQ(save(1, "x"), -ENOENT);
    store.dir = dir;
}

static void no_descriptor_stays_open(void)
{
    start();
    CHECK_EQ(save(1, "x"), 0);
    const int before = open("/dev/null", O_RDONLY);
    (void)close(before);
    for (int i = 0; i < 3; i++) {
        CHECK_EQ(save(1, "x"), 0);
        CHECK(has(1, "x"));
        CHECK(has(2, ""));
        CHECK_EQ(limpet_posix_store_erase(&store, 1), 0);
        fails = 'f';
        CHECK_EQ(save(1, "x"), -EIO);
    }
    const int after = open("/dev/null", O_RDONLY);
    (void)close(after);
    CHECK_EQ(after, before);
}

int main(void)
{
    RUN(what_is_saved_is_loaded_until_it_is_erased);
    RUN(a_load_copies_no_more_than_it_was_given_room_for);
    RUN(the_bytes_are_safe_before_the_name_and_the_name_before_save_returns);
    RUN(an_erasure_is_safe_before_it_returns);
    RUN(what_a_cut_left_half_written_is_not_seen_and_does_not_disturb);
    RUN(each_failure_of_the_disk_is_told);
    RUN(a_directory_that_cannot_be_is_told);
    RUN(no_descriptor_stays_open);
    remove_all();
    return check_end();
}
