package io.memflow.lab.translation;

import io.memflow.core.error.MalformedDataException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.zip.CRC32;

/** Reads the picture that {@code mappings.c} frames on the guest's console; its form is described there. Confined. */
final class PictureReader {
    /** Printed after the picture: what is on the console by then holds all of it. */
    static final String END = "LAB-PICTURE-END";

    private static final String FORMAT = "guest picture";
    private static final String START = "LAB-PICTURE ";

    /** More pages behind one frame of a line than any of these guests has; a guard against a broken count. */
    private static final long LONGEST_RUN = 1 << 20;

    private long pageSize;
    private final List<KernelSegment> segments = new ArrayList<>();
    private final List<Long> symbols = new ArrayList<>();
    private final List<ProcessPicture> processes = new ArrayList<>();
    private List<MappedArea> areas = new ArrayList<>();
    private List<PagemapEntry> pages = new ArrayList<>();

    private PictureReader() {}

    /**
     * @param console all that was printed, line ends being line feeds
     * @throws MalformedDataException when the frame is missing, something else got into it, or a line is broken
     */
    static GuestPicture read(String console) {
        PictureReader reader = new PictureReader();
        for (String line : framed(console).lines().toList()) {
            try {
                reader.readLine(line, line.split(" ", -1));
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                throw new MalformedDataException(FORMAT, 0, "this line is broken: " + line);
            }
        }
        if (reader.pageSize <= 0 || reader.processes.isEmpty()) {
            throw new MalformedDataException(FORMAT, 0, "it names no page size or no process");
        }
        List<ProcessPicture> processes = reader.processes.stream()
                .map(process -> new ProcessPicture(process.pid(), process.role(), List.copyOf(process.areas())))
                .toList();
        return new GuestPicture(reader.pageSize, reader.segments, reader.symbols, processes);
    }

    /** The framed text, its length and checksum being right. */
    private static String framed(String console) {
        int mark = console.indexOf(START);
        int content = console.indexOf('\n', Math.max(mark, 0)) + 1;
        int end = console.indexOf(END, content);
        if (mark < 0 || content == 0 || end < 0) {
            throw new MalformedDataException(FORMAT, Math.max(0, mark), "its frame is not complete");
        }
        String text = console.substring(content, end);
        CRC32 sum = new CRC32();
        sum.update(text.getBytes(StandardCharsets.UTF_8));
        String right = START + "%d %x".formatted(text.length(), sum.getValue());
        String header = console.substring(mark, content - 1);
        if (!header.equals(right)) {
            throw new MalformedDataException(FORMAT, mark, "it is headed '%s', but is '%s'".formatted(header, right));
        }
        return text;
    }

    private void readLine(String line, String[] words) {
        switch (words[0]) {
            case "page" -> pageSize = hex(words[1]);
            case "kcore" -> segments.add(segment(hex(words[1]), hex(words[2]), hex(words[3])));
            case "kernel" -> symbols.add(hex(words[1]));
            case "process" -> {
                areas = new ArrayList<>();
                processes.add(new ProcessPicture(Integer.parseInt(words[1]), words[2], areas));
            }
            case "map" -> {
                pages = new ArrayList<>();
                areas.add(new MappedArea(hex(words[1]), hex(words[2]), words[3], words[4], pages));
            }
            case "pages" -> readPages(words);
            default -> throw new MalformedDataException(FORMAT, 0, "this line is not known: " + line);
        }
    }

    private void readPages(String[] words) {
        long address = hex(words[1]);
        int flags = Integer.parseInt(words[2], 16);
        for (int i = 3; i < words.length; i++) {
            int plus = words[i].indexOf('+');
            long frame = hex(plus < 0 ? words[i] : words[i].substring(0, plus));
            long more = plus < 0 ? 0 : hex(words[i].substring(plus + 1));
            if (more < 0 || more > LONGEST_RUN) {
                throw new MalformedDataException(FORMAT, 0, "a run of %d pages is too long".formatted(more));
            }
            for (long page = 0; page <= more; page++) {
                pages.add(new PagemapEntry(address, (frame + page) * pageSize, flags));
                address += pageSize;
            }
        }
    }

    /** The kernel writes -1, as wide as its own addresses, where it gives no physical address. */
    private static KernelSegment segment(long start, long physical, long length) {
        boolean unknown = physical == -1L || physical == 0xFFFF_FFFFL;
        return new KernelSegment(start, length, unknown ? OptionalLong.empty() : OptionalLong.of(physical));
    }

    private static long hex(String text) {
        return Long.parseUnsignedLong(text, 16);
    }
}
