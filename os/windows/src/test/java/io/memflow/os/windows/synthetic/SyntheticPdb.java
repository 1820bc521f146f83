package io.memflow.os.windows.synthetic;

import io.memflow.core.symbol.Symbol;
import io.memflow.formats.pe.PeImage;
import io.memflow.formats.synthetic.PdbBuilder;
import io.memflow.formats.synthetic.PdbTypeRecords;
import io.memflow.formats.synthetic.PdbTypeRecords.Member;
import io.memflow.os.windows.structure.PublishedKernel;
import io.memflow.os.windows.structure.PublishedKernel.PublishedStructure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The program database of a synthetic kernel: the structures it was built with, its exports and its variables, and what says
 * that it is the kernel's. Nothing of it was made by Microsoft's tools. Stateless.
 */
public final class SyntheticPdb {
    /** Variables that real kernels have and synthetic ones only keep room for, from the end of their data section back. */
    private static final List<String> FURTHER = List.of("ObpRootDirectoryObject", "CmpHiveListHead");

    private SyntheticPdb() {}

    /** The file that the kernel names. */
    public static byte[] of(SyntheticWindows machine) {
        return of(machine, machine.pdb().guid(), machine.pdb().age());
    }

    /** As the other, with another identity. */
    public static byte[] of(SyntheticWindows machine, String guid, long age) {
        PeImage image =
                PeImage.open(machine.kernel().memory(), machine.kernel().image().base());
        PdbBuilder file = new PdbBuilder(guid, age, image.header().machine(), image.sectionHeaders());
        types(file.types(), machine);
        boolean isDecorated = machine.kernel().pointerBytes() == Integer.BYTES;
        Map<String, Long> data = new TreeMap<>(machine.variables());
        long room = image.sectionHeaders().stream()
                .filter(section -> section.name().equals(".data"))
                .mapToLong(section -> section.address() + section.memoryBytes())
                .findFirst()
                .orElseThrow();
        for (String name : FURTHER) {
            room -= 2 * Long.BYTES;
            data.putIfAbsent(name, image.base() + room);
        }
        data.forEach((name, address) ->
                file.symbol((isDecorated ? "_" : "") + name, address - image.base(), PdbBuilder.Kind.DATA));
        List<Symbol> exports = new ArrayList<>();
        machine.kernel().symbols().forEach(exports::add);
        for (Symbol export : exports) {
            if (!data.containsKey(export.name())) {
                String name = isDecorated ? "_" + export.name() + "@4" : export.name();
                file.symbol(name, export.address() - image.base(), PdbBuilder.Kind.FUNCTION);
            }
        }
        return file.build();
    }

    /** Structures that others have in themselves come before those. */
    private static void types(PdbTypeRecords records, SyntheticWindows machine) {
        PublishedKernel built = SyntheticTypes.of(machine.row()).built();
        SyntheticPdbTypes members =
                new SyntheticPdbTypes(records, built, machine.kernel().pointerBytes() == Integer.BYTES);
        for (String structure : SyntheticPdbTypes.order(built)) {
            PublishedStructure published =
                    Objects.requireNonNull(built.structures().get(structure));
            List<Member> list = new ArrayList<>();
            published.offsets().entrySet().stream()
                    .sorted(Comparator.comparingInt((Map.Entry<String, Integer> entry) -> entry.getValue())
                            .thenComparing(Map.Entry::getKey))
                    .forEach(entry -> list.add(
                            new Member(entry.getKey(), members.type(structure, entry.getKey()), entry.getValue())));
            members.define(structure, published.size(), list);
        }
    }
}
