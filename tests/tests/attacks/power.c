/* Stands before fdatasync and fsync: takes its time, as a disk does, and says what the disk has afterwards. A test that
 * cuts each file there has what a loss of power leaves. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int out = -1;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("FLUSHED");
    if (path) out = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int flush(int file) {
    struct stat before;
    if (fstat(file, &before) != 0) return -1;
    usleep(2000);
    char line[64];
    int length = snprintf(line, sizeof line, "%llu %llu\n", (unsigned long long)before.st_ino,
                          (unsigned long long)before.st_size);
    return write(out, line, length) == length ? 0 : -1;
}

int fdatasync(int file) {
    return flush(file);
}

int fsync(int file) {
    return flush(file);
}
