package io.memflow.guest.initramfs;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * A guest's first root file system, written as a gzip-compressed cpio archive. Confined. All entries belong to root.
 * Equal entries give equal bytes: no time stamp goes in.
 *
 * <p>Source of the format: the kernel's Documentation/driver-api/early-userspace/buffer-format.rst.
 */
public final class Initramfs {
    /** Rights of a program. */
    public static final int EXECUTABLE = 0755;

    /** Rights of a plain file. */
    public static final int PLAIN = 0644;

    private static final int S_IFREG = 0100000;
    private static final int S_IFDIR = 0040000;
    private static final int S_IFLNK = 0120000;
    private static final String MAGIC = "070701";
    private static final String TRAILER = "TRAILER!!!";
    private static final int ALIGNMENT = 4;
    private static final int BUFFER = 64 << 10;

    private static final class Entry {
        final int mode;
        final byte[] content;

        Entry(int mode, byte[] content) {
            this.mode = mode;
            this.content = content;
        }
    }

    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /** An empty file system. */
    public Initramfs() {}

    /** Adds a file; its parent folders come with it. */
    public Initramfs file(String path, byte[] content, int permissions) {
        return add(path, new Entry(S_IFREG | permissions, content.clone()));
    }

    /** Adds a text file in UTF-8. */
    public Initramfs text(String path, String content, int permissions) {
        return file(path, content.getBytes(StandardCharsets.UTF_8), permissions);
    }

    /**
     * Adds a copy of a file of this machine.
     *
     * @throws MemflowException when it cannot be read
     */
    public Initramfs copy(String path, Path source, int permissions) {
        try {
            return file(path, Files.readAllBytes(source), permissions);
        } catch (IOException e) {
            throw new MemflowException(
                    ErrorOrigin.OTHER,
                    ErrorKind.UNABLE_TO_READ_FILE,
                    "%s could not be read for the guest's initramfs: %s".formatted(source, e.getMessage()),
                    e);
        }
    }

    /** Adds a folder with rights 0755; its parents come with it. */
    public Initramfs folder(String path) {
        return add(path, new Entry(S_IFDIR | EXECUTABLE, new byte[0]));
    }

    /** Adds a symbolic link. */
    public Initramfs link(String path, String target) {
        return add(path, new Entry(S_IFLNK | 0777, target.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Writes the archive.
     *
     * @throws MemflowException when the file cannot be written
     */
    public void write(Path file) {
        try (OutputStream out = Files.newOutputStream(file);
                OutputStream packed = new FastGzip(out)) {
            packed.write(archive());
        } catch (IOException e) {
            throw new MemflowException(
                    ErrorOrigin.OTHER,
                    ErrorKind.UNABLE_TO_WRITE_FILE,
                    "The guest's initramfs %s could not be written: %s".formatted(file, e.getMessage()),
                    e);
        }
    }

    /** The cpio archive before compression. */
    byte[] archive() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int inode = 1;
        for (Map.Entry<String, Entry> entry : entries.entrySet()) {
            append(out, inode++, entry.getKey(), entry.getValue());
        }
        append(out, 0, TRAILER, new Entry(0, new byte[0]));
        return out.toByteArray();
    }

    private Initramfs add(String path, Entry entry) {
        String name = path.startsWith("/") ? path.substring(1) : path;
        int slash = name.lastIndexOf('/');
        if (slash > 0 && !entries.containsKey(name.substring(0, slash))) {
            folder(name.substring(0, slash));
        }
        entries.put(name, entry);
        return this;
    }

    /** The header's thirteen fields are eight hexadecimal digits each. */
    private static void append(ByteArrayOutputStream out, int inode, String name, Entry entry) throws IOException {
        byte[] nameBytes = (name + '\0').getBytes(StandardCharsets.UTF_8);
        int links = (entry.mode & S_IFDIR) == S_IFDIR ? 2 : 1;
        int[] fields = {inode, entry.mode, 0, 0, links, 0, entry.content.length, 0, 0, 0, 0, nameBytes.length, 0};
        StringBuilder header = new StringBuilder(MAGIC);
        for (int field : fields) {
            header.append("%08x".formatted(field));
        }
        out.write(header.toString().getBytes(StandardCharsets.US_ASCII));
        out.write(nameBytes);
        pad(out);
        out.write(entry.content);
        pad(out);
    }

    private static void pad(ByteArrayOutputStream out) {
        while (out.size() % ALIGNMENT != 0) {
            out.write(0);
        }
    }

    /** The guest unpacks it once: time to write counts more than size. */
    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream out) throws IOException {
            super(out, BUFFER);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
