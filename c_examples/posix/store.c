/* A store of files, for mqtt_restore: a directory, and in it a file for each key. Its name is the key's number. */

#define _XOPEN_SOURCE 700
#define _DARWIN_C_SOURCE

#include "limpet_posix.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* The longest name: ten digits, and ".new". */
#define NAME 16

static int32_t error_of(int number)
{
    return number > 0 ? -(int32_t)number : -EIO;
}

static void name_of(char name[NAME], uint32_t key)
{
    (void)snprintf(name, NAME, "%lu", (unsigned long)key);
}

/* A directory that was made is safe when the one above it is. */
static int32_t keep_parent(int directory)
{
    const int parent = openat(directory, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (parent < 0) {
        return error_of(errno);
    }
    const int32_t result = fsync(parent) == 0 ? 0 : error_of(errno);
    (void)close(parent);
    return result;
}

/* The descriptor of the directory, or -errno. */
static int32_t open_directory(const struct limpet_posix_store *store)
{
    const bool is_made = mkdir(store->dir, 0700) == 0;
    if (!is_made && errno != EEXIST) {
        return error_of(errno);
    }
    const int directory = open(store->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) {
        return error_of(errno);
    }
    const int32_t result = is_made ? keep_parent(directory) : 0;
    if (result < 0) {
        (void)close(directory);
    }
    return result < 0 ? result : directory;
}

static int32_t write_all(int fd, const uint8_t *from, size_t len)
{
    while (len > 0) {
        const ssize_t n = write(fd, from, len);
        if (n < 0 && errno != EINTR) {
            return error_of(errno);
        }
        if (n > 0) {
            from += n;
            len -= (size_t)n;
        }
    }
    return 0;
}

/* Its bytes are on the disk before it has the name under which it is looked for. */
static int32_t write_file(int directory, const char *name, const uint8_t *record, size_t len)
{
    const int fd = openat(directory, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) {
        return error_of(errno);
    }
    int32_t result = write_all(fd, record, len);
    if (result == 0 && fsync(fd) != 0) {
        result = error_of(errno);
    }
    if (close(fd) != 0 && result == 0) {
        result = error_of(errno);
    }
    return result;
}

int32_t limpet_posix_store_save(void *user, uint32_t key, const uint8_t *record, size_t len)
{
    char name[NAME];
    char fresh[NAME];
    const int32_t directory = open_directory(user);
    if (directory < 0) {
        return directory;
    }
    name_of(name, key);
    (void)snprintf(fresh, sizeof fresh, "%lu.new", (unsigned long)key);
    int32_t result = write_file(directory, fresh, record, len);
    if (result == 0 && renameat(directory, fresh, directory, name) != 0) {
        result = error_of(errno);
    }
    /* The name, too, is only a promise until the directory is on the disk. */
    if (result == 0 && fsync(directory) != 0) {
        result = error_of(errno);
    }
    (void)close(directory);
    return result;
}

static int32_t read_all(int fd, uint8_t *buf, size_t len)
{
    size_t have = 0;
    while (have < len) {
        const ssize_t n = read(fd, buf + have, len - have);
        if (n < 0 && errno != EINTR) {
            return error_of(errno);
        }
        if (n == 0) {
            break;
        }
        have += n > 0 ? (size_t)n : 0;
    }
    return (int32_t)have;
}

int32_t limpet_posix_store_load(void *user, uint32_t key, uint8_t *buf, size_t len)
{
    char name[NAME];
    const int32_t directory = open_directory(user);
    if (directory < 0) {
        return directory;
    }
    name_of(name, key);
    const int fd = openat(directory, name, O_RDONLY | O_CLOEXEC);
    int32_t result = 0;
    if (fd >= 0) {
        result = read_all(fd, buf, len);
        (void)close(fd);
    } else if (errno != ENOENT) {
        result = error_of(errno);
    }
    (void)close(directory);
    return result;
}

int32_t limpet_posix_store_erase(void *user, uint32_t key)
{
    char name[NAME];
    const int32_t directory = open_directory(user);
    if (directory < 0) {
        return directory;
    }
    name_of(name, key);
    int32_t result = 0;
    if (unlinkat(directory, name, 0) == 0) {
        /* Else the record may be there again after a power cut, and the message would go out again. */
        result = fsync(directory) == 0 ? 0 : error_of(errno);
    } else if (errno != ENOENT) {
        result = error_of(errno);
    }
    (void)close(directory);
    return result;
}
