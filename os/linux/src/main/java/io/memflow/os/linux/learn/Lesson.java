package io.memflow.os.linux.learn;

import io.memflow.core.symbol.MemberLocation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/** Collects what was learned. A member is taken when one offset fits and no other does. Confined. */
final class Lesson {
    private final Map<String, LearnedTypes.Member> members = new TreeMap<>();
    private final Map<String, Long> sizes = new HashMap<>();
    private final Map<String, String> undecided = new TreeMap<>();
    private final Map<String, Long> landmarks = new HashMap<>();

    /** Takes the only offset that fits; otherwise notes why none is taken. */
    OptionalInt decide(String structure, String path, int bytes, List<Ruling> fitting) {
        if (fitting.size() == 1) {
            take(structure, path, bytes, fitting.getFirst());
            return OptionalInt.of(fitting.getFirst().offset());
        }
        undecide(
                structure,
                path,
                fitting.isEmpty()
                        ? "no place in it holds what that member must hold in all objects"
                        : fitting.size() + " places in it fit equally, at offsets "
                                + fitting.stream().map(Ruling::offset).toList());
        return OptionalInt.empty();
    }

    /** Takes an offset that was decided by contents. */
    void take(String structure, String path, int bytes, Ruling ruling) {
        add(
                structure,
                path,
                ruling.offset(),
                bytes,
                new Evidence(Evidence.Basis.CONTENTS, ruling.agreed(), ruling.disagreed(), 0));
    }

    /** Takes the neighbour of an offset that was decided; the ruling says how the contents of both fit. */
    void neighbour(String structure, String path, int bytes, Ruling ruling) {
        add(
                structure,
                path,
                ruling.offset(),
                bytes,
                new Evidence(Evidence.Basis.NEIGHBOUR, ruling.agreed(), ruling.disagreed(), 0));
    }

    private void add(String structure, String path, int offset, int bytes, Evidence evidence) {
        members.put(
                structure + "." + path,
                new LearnedTypes.Member(new MemberLocation((long) offset * Byte.SIZE, 0, bytes), evidence));
        undecided.remove(structure + "." + path);
    }

    /** Takes a bit-field beside an offset that was decided. */
    void bits(String structure, String path, int firstBit, int bits, Ruling ruling) {
        members.put(
                structure + "." + path,
                new LearnedTypes.Member(
                        new MemberLocation((long) ruling.offset() * Byte.SIZE + firstBit, bits, Byte.BYTES),
                        new Evidence(Evidence.Basis.NEIGHBOUR, ruling.agreed(), ruling.disagreed(), 0)));
        undecided.remove(structure + "." + path);
    }

    void undecide(String structure, String path, String why) {
        undecided.put(structure + "." + path, why);
    }

    void size(String structure, long bytes) {
        sizes.put(structure, bytes);
    }

    /** Notes the address of something that has no symbol. */
    void landmark(String name, long address) {
        landmarks.put(name, address);
    }

    /** The offset of a member that was taken. */
    OptionalInt offset(String structure, String path) {
        LearnedTypes.Member member = members.get(structure + "." + path);
        return member == null
                ? OptionalInt.empty()
                : OptionalInt.of((int) member.location().offset());
    }

    LearnedTypes types() {
        return new LearnedTypes(members, sizes, undecided);
    }

    Map<String, Long> landmarks() {
        return Map.copyOf(landmarks);
    }
}
