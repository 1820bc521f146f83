package io.memflow.os.windows.registry;

import io.memflow.core.cache.Moments;
import io.memflow.core.evidence.Found;
import io.memflow.core.evidence.Survey;
import io.memflow.core.memory.PhysicalScan;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.os.MissingPart;
import io.memflow.core.structure.KernelList;
import io.memflow.os.windows.structure.WindowsKernel;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Finds the hives that are loaded: by the kernel's list, and when that is damaged or not found, by their signature in all of
 * memory and by their links to each other. Immutable.
 */
final class HiveList {
    private static final int PAGE = 4096;
    /** Allocations lie at multiples of that or of twice that. */
    private static final int ALIGNMENT = 8;

    private final WindowsKernel kernel;
    private final HiveLayout layout;
    private final HiveSigns signs;
    private final OptionalLong head;

    HiveList(WindowsKernel kernel, HiveLayout layout) {
        this.kernel = kernel;
        this.layout = layout;
        signs = new HiveSigns(kernel, layout);
        head = HiveListHead.find(kernel, signs);
    }

    /** Whether the kernel's list was found. */
    boolean hasHead() {
        return head.isPresent();
    }

    /** Their addresses, {@code _CMHIVE}. */
    Found<HiveSource> find() {
        return Found.settled(this::look, () -> Moments.renew(kernel.memory()), this::search);
    }

    private Found<HiveSource> look() {
        Survey<HiveSource> survey = survey();
        List<MissingPart> missing = followList(survey);
        return new Found<>(survey.sightings(), missing);
    }

    private Found<HiveSource> search() {
        Survey<HiveSource> survey = survey();
        List<MissingPart> missing = followList(survey);
        PhysicalScan.pages(kernel.memory().physical(), (_, chunk) -> scan(chunk, survey));
        survey.followLinks();
        return new Found<>(survey.sightings(), missing);
    }

    private Survey<HiveSource> survey() {
        return new Survey<>(signs::isHive, (hive, all) -> {
            long link = hive + layout.list();
            all.add(signs.next(link) - layout.list(), HiveSource.NEIGHBOUR);
            all.add(signs.previous(link) - layout.list(), HiveSource.NEIGHBOUR);
        });
    }

    private List<MissingPart> followList(Survey<HiveSource> survey) {
        if (head.isEmpty()) {
            return List.of(new MissingPart(
                    "CmpHiveListHead",
                    "it is not found in the kernel's image, so hives were looked for in all memory"));
        }
        KernelList.Entries entries =
                new KernelList(kernel.memory()).walk(head.getAsLong(), layout.list(), "CmpHiveListHead", signs::isHive);
        entries.addresses().forEach(hive -> survey.add(hive, HiveSource.LIST));
        return new ArrayList<>(entries.missing());
    }

    /** The hive before it in the list says where a hive lies, whose physical address alone is seen here. */
    private void scan(MemorySegment chunk, Survey<HiveSource> survey) {
        for (long at = 0; at < chunk.byteSize(); at += ALIGNMENT) {
            if (chunk.get(ScalarLayout.INT_LITTLE, at) == HiveSigns.SIGNATURE) {
                long link = at + layout.list();
                if (link % PAGE + 2L * layout.pointerBytes() <= PAGE && link / PAGE == at / PAGE) {
                    locate(chunk, link, survey);
                }
            }
        }
    }

    private void locate(MemorySegment chunk, long link, Survey<HiveSource> survey) {
        int pointer = layout.pointerBytes();
        long next = ScalarLayout.get(
                chunk, link, pointer, kernel.memory().properties().byteOrder());
        long previous = ScalarLayout.get(
                chunk, link + pointer, pointer, kernel.memory().properties().byteOrder());
        if (signs.mayBeHiveLink(next) || kernel.image().contains(next)) {
            survey.add(signs.previous(next) - layout.list(), HiveSource.SCAN);
        }
        if (signs.mayBeHiveLink(previous) || kernel.image().contains(previous)) {
            survey.add(signs.next(previous) - layout.list(), HiveSource.SCAN);
        }
    }
}
