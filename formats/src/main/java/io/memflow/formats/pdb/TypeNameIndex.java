package io.memflow.formats.pdb;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * Finds definitions of structures, unions and enums by their names and by their unique names, without keeping any of them:
 * two hash chains of numbers. Immutable.
 */
final class TypeNameIndex {
    private static final int NONE = -1;

    private final TypeStream types;
    private final Chains names;
    private final Chains uniqueNames;

    TypeNameIndex(TypeStream types) {
        this.types = types;
        int count = types.end() - types.first();
        names = new Chains(count);
        uniqueNames = new Chains(count);
        // Backwards, so that chains run from the first record on.
        for (int index = types.end() - 1; index >= types.first(); index--) {
            add(index);
        }
    }

    private void add(int index) {
        int kind = types.kind(index);
        if (!Leaf.isNamed(kind)) {
            return;
        }
        TypeCursor record = types.open(index);
        NamedType.Fields fields = NamedType.fields(record, kind);
        if ((fields.properties() & Leaf.PROPERTY_FORWARD) != 0) {
            return;
        }
        names.add(index - types.first(), hashOfText(record));
        if ((fields.properties() & Leaf.PROPERTY_UNIQUE_NAME) != 0 && record.hasMore()) {
            uniqueNames.add(index - types.first(), hashOfText(record));
        }
    }

    private int hashOfText(TypeCursor record) {
        long at = record.position();
        return types.stream().hash(at, record.skipText());
    }

    /** The first definition of that name whose kind is wanted; 0 when there is none. */
    int find(String name, IntPredicate kind) {
        byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
        for (int i = names.first(MsfStream.hash(wanted)); i != NONE; i = names.next[i]) {
            int index = types.first() + i;
            if (kind.test(types.kind(index)) && isNamed(index, wanted)) {
                return index;
            }
        }
        return 0;
    }

    private boolean isNamed(int index, byte[] wanted) {
        TypeCursor record = types.open(index);
        NamedType.fields(record, types.kind(index));
        return types.stream().isText(record.position(), record.end(), wanted);
    }

    /** The definition that a declaration stands for; 0 when there is none, or it cannot be told from others. */
    int definition(NamedType declared) {
        String unique = declared.uniqueName();
        if (unique == null) {
            return declared.isAnonymous() ? 0 : find(declared.name(), declared::isLike);
        }
        byte[] wanted = unique.getBytes(StandardCharsets.UTF_8);
        for (int i = uniqueNames.first(MsfStream.hash(wanted)); i != NONE; i = uniqueNames.next[i]) {
            int index = types.first() + i;
            if (declared.isLike(types.kind(index)) && isUniquelyNamed(index, wanted)) {
                return index;
            }
        }
        return 0;
    }

    private boolean isUniquelyNamed(int index, byte[] wanted) {
        TypeCursor record = types.open(index);
        NamedType.fields(record, types.kind(index));
        record.skipText();
        return types.stream().isText(record.position(), record.end(), wanted);
    }

    /** Numbers in buckets. */
    private static final class Chains {
        private final int[] first;
        private final int[] next;

        Chains(int count) {
            first = new int[Math.max(16, Integer.highestOneBit(count / 2 + 1) << 1)];
            next = new int[count];
            Arrays.fill(first, NONE);
        }

        void add(int number, int hash) {
            int bucket = hash & first.length - 1;
            next[number] = first[bucket];
            first[bucket] = number;
        }

        int first(int hash) {
            return first[hash & first.length - 1];
        }
    }
}
