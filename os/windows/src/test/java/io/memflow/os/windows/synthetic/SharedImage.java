package io.memflow.os.windows.synthetic;

import java.util.List;

/**
 * A program or library that processes share.
 *
 * @param name of the file
 * @param folder of it, without drive
 * @param base where all of them have it
 * @param size bytes it takes in memory
 * @param entry where it is started; 0 for nowhere
 * @param timestamp of its header
 * @param frames physical addresses of its first pages: headers, code, exports; the others were never touched
 */
record SharedImage(String name, String folder, long base, int size, long entry, int timestamp, List<Long> frames) {
    SharedImage {
        frames = List.copyOf(frames);
    }

    String path() {
        return SystemFolders.DRIVE + folder + "\\" + name;
    }

    String devicePath() {
        return SystemFolders.DEVICE + folder + "\\" + name;
    }
}
