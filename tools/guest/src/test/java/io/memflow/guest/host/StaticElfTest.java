package io.memflow.guest.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StaticElfTest {
    private static final int PT_LOAD = 1;
    private static final int PT_INTERP = 3;

    @TempDir
    Path folder;

    @Test
    void aProgramWithoutInterpreterIsStatic() throws IOException {
        assertThat(StaticElf.isStatic(write(elf(PT_LOAD, PT_LOAD)))).isTrue();
    }

    @Test
    void aProgramWithInterpreterIsNot() throws IOException {
        assertThat(StaticElf.isStatic(write(elf(PT_LOAD, PT_INTERP)))).isFalse();
    }

    @Test
    void otherFilesAreNot() throws IOException {
        assertThat(StaticElf.isStatic(write(new byte[0]))).isFalse();
        assertThat(StaticElf.isStatic(write("#!/bin/sh\n".getBytes(StandardCharsets.US_ASCII))))
                .isFalse();
        assertThat(StaticElf.isStatic(folder)).isFalse();
    }

    @Test
    void cutAndChangedFilesRaiseNothing() throws IOException {
        byte[] sound = elf(PT_LOAD, PT_LOAD);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            byte[] bad = Arrays.copyOf(sound, random.nextInt(sound.length));
            for (int change = 0; change < 3 && bad.length > 0; change++) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            try {
                StaticElf.isStatic(write(bad));
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", round " + i, e);
            }
        }
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("program"), bytes);
    }

    private static byte[] elf(int... segments) {
        ByteBuffer bytes = ByteBuffer.allocate(64 + 56 * segments.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(0, 0x464C457F).put(4, (byte) 2);
        bytes.putLong(32, 64).putShort(54, (short) 56).putShort(56, (short) segments.length);
        for (int i = 0; i < segments.length; i++) {
            bytes.putInt(64 + 56 * i, segments[i]);
        }
        return bytes.array();
    }
}
