package io.memflow.os.linux.landmark;

import io.memflow.core.structure.StructureLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Finds the idle task, the list of modules and the timekeeper by what they must hold and by links that lead back. Confined. */
public final class CoreData {
    /** "swapper/" and "swapper", the idle task's {@code comm} with and without SMP (init/init_task.c). */
    private static final long SWAPPER_SMP = 0x2F72_6570_7061_7773L;

    private static final long SWAPPER = 0x0072_6570_7061_7773L;
    /** {@code MODULE_STATE_UNFORMED} is the last state. */
    private static final int LARGEST_STATE = 3;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final ImageWords image;
    private final StructureLayout layout;

    public CoreData(ImageWords image, StructureLayout layout) {
        this.image = image;
        this.layout = layout;
    }

    /** Virtual addresses of what could be {@code init_task}; one in every healthy image. */
    public List<Long> idleTasks() {
        if (!layout.has("task_struct", "comm")
                || !layout.has("task_struct", "tasks")
                || !layout.has("task_struct", "pid")
                || !layout.has("task_struct", "tgid")) {
            return List.of();
        }
        long comm = layout.offset("task_struct", "comm");
        long tasks = layout.offset("task_struct", "tasks");
        long pid = layout.offset("task_struct", "pid");
        long group = layout.offset("task_struct", "tgid");
        List<Long> found = new ArrayList<>();
        for (long at = comm % Long.BYTES; at + Long.BYTES <= image.size(); at += Long.BYTES) {
            long word = image.word(at);
            long task = image.address(at) - comm;
            if ((word == SWAPPER || word == SWAPPER_SMP)
                    && image.int32(task + pid) == 0
                    && image.int32(task + group) == 0
                    && isLinked(task + tasks)) {
                found.add(task);
            }
        }
        return found;
    }

    /**
     * Virtual address of the head of the modules' list: its first entry is a {@code struct module} that names itself
     * ({@code mkobj.mod}) and links back; where that member is not known, both ends are entries with a name. Empty also when
     * no module is loaded: such a head looks like any empty list.
     */
    public OptionalLong moduleList() {
        if (!layout.has("module", "list") || !layout.has("module", "state") || !layout.has("module", "name")) {
            return OptionalLong.empty();
        }
        long list = layout.offset("module", "list");
        boolean oneIsProof = layout.has("module", "mkobj.mod");
        int word = ImageWords.WORD;
        for (long at = 0; at + 2L * word <= image.size(); at += word) {
            long next = image.word(at);
            long previous = image.word(at + word);
            long head = image.address(at);
            if (image.isPointerOut(next) && image.isPointerOut(previous)) {
                boolean first = image.pointer(next + word) == head && isModule(next - list);
                boolean last = first != oneIsProof && image.pointer(previous) == head && isModule(previous - list);
                // Where one is proof enough, the link to the other may be the damaged one.
                if (oneIsProof ? first || last : first && last) {
                    return OptionalLong.of(head);
                }
            }
        }
        return OptionalLong.empty();
    }

    /**
     * Virtual address of the timekeeper: {@code offs_real} is the exact negative of {@code wall_to_monotonic} there
     * ({@code tk_set_wall_to_mono()}, kernel/time/timekeeping.c).
     */
    public OptionalLong timekeeper() {
        OptionalLong real = layout.optionalOffset("timekeeper", "offs_real");
        OptionalLong toMonotonic = layout.optionalOffset("timekeeper", "wall_to_monotonic");
        OptionalLong size = layout.types().size("timekeeper");
        if (real.isEmpty() || toMonotonic.isEmpty() || size.isEmpty()) {
            return OptionalLong.empty();
        }
        for (long at = 0; at + size.getAsLong() <= image.size(); at += Long.BYTES) {
            long offset = image.word(at + real.getAsLong());
            long seconds = image.word(at + toMonotonic.getAsLong());
            long nanos = image.word(at + toMonotonic.getAsLong() + Long.BYTES);
            boolean normalized = seconds < 0 && nanos > 0 && nanos < NANOS_PER_SECOND;
            if (normalized && offset == -(seconds * NANOS_PER_SECOND + nanos)) {
                return OptionalLong.of(image.address(at));
            }
        }
        return OptionalLong.empty();
    }

    private boolean isModule(long module) {
        int state = image.int32(module + layout.offset("module", "state"));
        if (Integer.compareUnsigned(state, LARGEST_STATE) > 0) {
            return false;
        }
        OptionalLong self = layout.optionalOffset("module", "mkobj.mod");
        return self.isPresent()
                ? image.pointer(module + self.getAsLong()) == module
                : isName(image.pointer(module + layout.offset("module", "name")));
    }

    /** Whether eight bytes could begin a module's name: letters, digits and underscores up to their end, or to a zero. */
    private static boolean isName(long text) {
        int length = 0;
        long rest = text;
        while (rest != 0 && (rest & 0xFF) != 0) {
            int letter = (int) (rest & 0xFF);
            if (letter != '_' && letter != '-' && !Character.isLetterOrDigit(letter)) {
                return false;
            }
            length++;
            rest >>>= Byte.SIZE;
        }
        return length > 1;
    }

    private boolean isLinked(long link) {
        long next = image.pointer(link);
        long previous = image.pointer(link + ImageWords.WORD);
        return next != 0
                && previous != 0
                && image.pointer(next + ImageWords.WORD) == link
                && image.pointer(previous) == link;
    }
}
