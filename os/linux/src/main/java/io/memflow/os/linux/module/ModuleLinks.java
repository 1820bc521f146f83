package io.memflow.os.linux.module;

import io.memflow.core.evidence.Survey;
import java.util.Optional;

/** The neighbours of a module: on the list, in the set, and in the tree. Thread-safe. */
final class ModuleLinks implements Survey.Neighbours<ModuleSource> {
    private final ModuleFields fields;
    private final Optional<ModuleKset> kset;
    private final Optional<ModuleTree> tree;

    ModuleLinks(ModuleFields fields, Optional<ModuleKset> kset, Optional<ModuleTree> tree) {
        this.fields = fields;
        this.kset = kset;
        this.tree = tree;
    }

    @Override
    public void add(long module, Survey<ModuleSource> survey) {
        long link = module + fields.list;
        for (long at : new long[] {link, link + fields.word}) {
            long neighbour = fields.pointer(at);
            if (neighbour != 0) {
                survey.add(neighbour - fields.list, ModuleSource.MODULE_LIST);
            }
        }
        kset.ifPresent(set -> set.addNeighbours(module, survey));
        tree.ifPresent(nodes -> nodes.addNeighbours(module, survey));
    }
}
