package io.memflow.lab.translation;

import io.memflow.guest.architecture.GuestArchitecture;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * Chooses the addresses to ask the monitor for: a fair share of everything that should be mapped, what lies beside it, and
 * addresses drawn anywhere. The same picture and mode give the same addresses.
 */
final class Questions {
    /** One question costs about half a millisecond: with these shares a capture takes one or two seconds. */
    private static final int OF_AREA = 24;

    private static final int OF_SYMBOLS = 300;
    private static final int OF_SEGMENT = 120;
    private static final int SEGMENTS = 8;
    private static final int OF_MONITOR = 400;
    private static final int ANYWHERE = 150;

    private final GuestPicture picture;
    private final GuestArchitecture architecture;
    private final Random random = new Random(3);
    private final Set<Long> addresses = new TreeSet<>(Long::compareUnsigned);

    private Questions(GuestPicture picture, GuestArchitecture architecture) {
        this.picture = picture;
        this.architecture = architecture;
    }

    /** Whether the monitor answers with the rights of the mode the processor is in, as on all but x86. */
    static boolean answersByRights(GuestArchitecture architecture) {
        return !architecture.hasPorts();
    }

    /**
     * @param pages what {@code info tlb} lists, if anything
     */
    static Set<Long> of(
            GuestPicture picture, GuestArchitecture architecture, ProcessorMode mode, List<MonitorPage> pages) {
        Questions questions = new Questions(picture, architecture);
        boolean both = !answersByRights(architecture);
        if (both || mode == ProcessorMode.USER) {
            questions.addProcess();
        }
        if (both || mode == ProcessorMode.KERNEL) {
            questions.addKernel();
        }
        questions.addEach(pages.stream().map(MonitorPage::virtual).toList(), OF_MONITOR);
        questions.addAnywhere(both, mode);
        return questions.addresses;
    }

    private void addProcess() {
        ProcessPicture spinner = picture.spinner();
        for (MappedArea area : spinner.areas()) {
            addEach(area.pages().stream().map(PagemapEntry::address).toList(), OF_AREA);
            add(area.start() - 1);
            add(area.end());
        }
    }

    private void addKernel() {
        addEach(picture.symbols(), OF_SYMBOLS);
        for (KernelSegment segment : picture.segments().stream().limit(SEGMENTS).toList()) {
            for (int i = 0; i < OF_SEGMENT; i++) {
                add(segment.start() + (long) (random.nextDouble() * segment.length()));
            }
            add(segment.start() - 1);
            add(segment.start());
        }
    }

    private void addAnywhere(boolean both, ProcessorMode mode) {
        for (int i = 0; i < ANYWHERE; i++) {
            long address = random.nextLong() >> random.nextInt(Long.SIZE - Integer.SIZE);
            boolean upper = address < 0;
            if (both || upper == (mode == ProcessorMode.KERNEL)) {
                add(address);
            }
        }
    }

    /** Not always a page's first byte. */
    private void addEach(List<Long> starts, int share) {
        List<Long> chosen = new ArrayList<>();
        double step = Math.max(1, (double) starts.size() / share);
        for (double at = 0; at < starts.size(); at += step) {
            chosen.add(starts.get((int) at));
        }
        chosen.forEach(start -> add(start | random.nextInt(Math.toIntExact(picture.pageSize()))));
    }

    private void add(long address) {
        addresses.add(architecture == GuestArchitecture.I386 ? address & 0xFFFF_FFFFL : address);
    }

    /** What the guest's kernel itself says of an address of its RAM or image; empty when it says nothing. */
    static OptionalLong physical(GuestPicture picture, long address) {
        return picture.segments().stream()
                .filter(segment -> segment.physical().isPresent()
                        && Long.compareUnsigned(address - segment.start(), segment.length()) < 0)
                .mapToLong(segment -> segment.physical().getAsLong() + (address - segment.start()))
                .findFirst();
    }
}
