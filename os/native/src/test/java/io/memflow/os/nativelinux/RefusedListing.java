package io.memflow.os.nativelinux;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.TargetProcess;
import io.memflow.core.plugin.PluginArguments;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** What a user without rights is told about a process of another one; started by {@link RefusalTest}. */
final class RefusedListing {
    private RefusedListing() {}

    /**
     * Prints what this user is told.
     *
     * @param words id of a process of another user, and an address in it
     */
    public static void main(String[] words) {
        OperatingSystem system = new NativeProvider().open(PluginArguments.NONE);
        var listing = system.processes();
        System.out.println("processes " + listing.rows().size());
        TargetProcess process = system.process(Integer.parseInt(words[0])).orElseThrow();
        tell("row", process.info().provenance().missing());
        System.out.println("arguments " + process.info().arguments().size());
        tell("regions", process.regions().missing());
        tell("handles", process.handles().missing());
        tell("all handles", system.handles().missing());
        try {
            System.out.println("environment " + process.environment().size());
        } catch (MemflowException refused) {
            System.out.println("environment: " + refused.getMessage());
        }
        MemoryBatch batch = new MemoryBatch();
        batch.add(Long.parseLong(words[1]), MemorySegment.ofArray(new byte[8]));
        process.memory().read(batch);
        System.out.println("memory: " + batch.faultCause(0));
        TargetProcess own = system.process((int) ProcessHandle.current().pid()).orElseThrow();
        System.out.println("own regions " + own.regions().missing().size());
        tell(
                "symbols",
                List.of(new MissingPart("", String.join(" ", system.symbols().defects()))));
        system.discovery().forEach(step -> System.out.println("step " + step.name() + ": " + step.confidence()));
    }

    private static void tell(String what, List<MissingPart> parts) {
        parts.forEach(part -> System.out.println(what + ": " + part.what() + ": " + part.why()));
    }
}
