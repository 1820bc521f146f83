package io.memflow.connector.qemu.layout;

import io.memflow.connector.qemu.host.RamSpans;
import io.memflow.host.process.HostMapping;
import io.memflow.host.ram.HostPiece;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the blocks that RAM is made of may lie in a process. Immutable.
 *
 * @param blocks bytes of each, in the order in which they follow each other in the RAM
 * @param spans of the process, one for each block
 */
public record RamPlacement(List<Long> blocks, List<RamSpans.Span> spans) {
    /** A process with many mappings of the RAM's size would take for ever otherwise. */
    private static final int MOST = 24;

    public RamPlacement {
        blocks = List.copyOf(blocks);
        spans = List.copyOf(spans);
    }

    /** Every way to give each block a mapping of its size, no two the same; at most 24. */
    public static List<RamPlacement> all(List<Long> blocks, List<HostMapping> mappings) {
        List<RamPlacement> found = new ArrayList<>();
        choose(blocks, mappings, new ArrayList<>(), found);
        return List.copyOf(found);
    }

    private static void choose(
            List<Long> blocks, List<HostMapping> mappings, List<RamSpans.Span> chosen, List<RamPlacement> found) {
        if (chosen.size() == blocks.size()) {
            found.add(new RamPlacement(blocks, chosen));
            return;
        }
        for (RamSpans.Span span : RamSpans.ofSize(mappings, blocks.get(chosen.size()))) {
            if (found.size() < MOST && !chosen.contains(span)) {
                chosen.add(span);
                choose(blocks, mappings, chosen, found);
                chosen.removeLast();
            }
        }
    }

    /** Pieces of a layout, cut where one block ends and the next begins. */
    List<HostPiece> place(List<RamPiece> layout) {
        List<HostPiece> placed = new ArrayList<>();
        for (RamPiece piece : layout) {
            long blockStart = 0;
            for (int i = 0; i < blocks.size(); i++) {
                long start = Math.max(piece.offset(), blockStart);
                long end = Math.min(piece.offset() + piece.length(), blockStart + blocks.get(i));
                if (start < end) {
                    placed.add(new HostPiece(
                            piece.physical() + start - piece.offset(),
                            spans.get(i).start() + start - blockStart,
                            end - start));
                }
                blockStart += blocks.get(i);
            }
        }
        return List.copyOf(placed);
    }
}
