package io.memflow.os.linux.module;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.ModuleInfo;
import io.memflow.os.linux.structure.TestMachine;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ModulesTest {
    private static final long HEAD = TestMachine.BASE + 0x10000;
    private static final long KSET_VARIABLE = TestMachine.BASE + 0x10100;
    private static final long KSET = TestMachine.BASE + 0x10200;
    private static final long TREE = TestMachine.BASE + 0x10300;
    private static final long BUILT_IN = TestMachine.BASE + 0x10400;
    private static final long A = TestMachine.BASE + 0x20000;
    private static final long B = TestMachine.BASE + 0x21000;
    private static final long C = TestMachine.BASE + 0x22000;

    private static final long LIST = 8;
    private static final long NAME = 24;
    private static final long MKOBJ = 96;
    private static final long ENTRY = 8;
    private static final long SET = 32;
    private static final long MOD = 64;
    private static final long TREE_ENTRY = 216;
    private static final long NODE = 8;
    private static final long NODE_BYTES = 24;
    private static final long RIGHT = 8;
    private static final long LEFT = 16;
    private static final int UNFORMED = 3;
    private static final long UNMAPPED = 0xFFFF_9000_0000_0000L;

    private final TestMachine machine = new TestMachine()
            .member("module.state", 0, 4)
            .member("module.list", LIST, 16)
            .member("module.name", NAME, 56)
            .member("module.mkobj", MKOBJ, 80)
            .member("module.mkobj.mod", MKOBJ + MOD, 8)
            .member("module.core_layout.base", 192, 8)
            .member("module.core_layout.size", 200, 4)
            .member("module.core_layout.mtn", TREE_ENTRY, 56)
            .member("module.init_layout.size", 280, 4)
            .member("module.init_layout.mtn", 288, 56)
            .member("module_kobject.kobj.entry", ENTRY, 16)
            .member("module_kobject.kobj.kset", SET, 8)
            .member("module_kobject.mod", MOD, 8)
            .member("kset.list", 0, 16)
            .member("mod_tree_root.root.tree", 8, 16)
            .member("mod_tree_node.mod", 0, 8)
            .member("mod_tree_node.node.node", NODE, 2 * NODE_BYTES)
            .member("rb_node.__rb_parent_color", 0, 8)
            .member("rb_node.rb_right", RIGHT, 8)
            .member("rb_node.rb_left", LEFT, 8)
            .member("rb_root.rb_node", 0, 8)
            .size("rb_node", NODE_BYTES)
            .size("rb_root", 8)
            .symbol("modules", HEAD)
            .symbol("module_kset", KSET_VARIABLE)
            .symbol("mod_tree", TREE);

    ModulesTest() {
        module(A, "alpha");
        module(B, "beta");
        module(C, "gamma");
        ring(HEAD, A + LIST, B + LIST, C + LIST);
        machine.word(KSET_VARIABLE, KSET);
        ring(KSET, BUILT_IN + ENTRY, A + MKOBJ + ENTRY, B + MKOBJ + ENTRY, C + MKOBJ + ENTRY);
        for (int copy = 0; copy < 2; copy++) {
            machine.word(TREE + 8 + copy * 8L, node(B, copy));
            machine.word(node(B, copy) + LEFT, node(A, copy)).word(node(B, copy) + RIGHT, node(C, copy));
            machine.word(node(A, copy), node(B, copy) | 1).word(node(C, copy), node(B, copy) | 1);
        }
    }

    @Test
    void modulesThatAllStructuresHaveNameThemAll() {
        Listing<ModuleInfo> modules = modules();
        assertThat(names(modules)).containsExactly("alpha", "beta", "gamma");
        assertThat(modules.isComplete()).isTrue();
        assertThat(modules.rows())
                .allSatisfy(row -> assertThat(row.provenance().sources())
                        .containsExactly("module-list", "module-kset", "module-tree"));
    }

    @Test
    void oneCutLinkLosesNothingAndIsNamed() {
        machine.word(A + LIST, UNMAPPED);
        Listing<ModuleInfo> modules = modules();
        assertThat(names(modules)).containsExactly("alpha", "beta", "gamma");
        assertThat(modules.missing()).extracting(MissingPart::what).containsOnly("modules (next)");
    }

    @Test
    void bothLinksCutLoseNothing() {
        machine.word(A + LIST, 0).word(C + LIST + 8, 0);
        assertThat(names(modules())).containsExactlyInAnyOrder("alpha", "beta", "gamma");
    }

    @Test
    void aLoopLosesNothing() {
        machine.word(B + LIST, A + LIST);
        assertThat(names(modules())).containsExactlyInAnyOrder("alpha", "beta", "gamma");
    }

    @Test
    void aModuleThatWasTakenFromTheListIsAFinding() {
        ring(HEAD, A + LIST, C + LIST);
        // LIST_POISON1 and LIST_POISON2 (include/linux/poison.h).
        machine.word(B + LIST, 0xdead_0000_0000_0100L).word(B + LIST + 8, 0xdead_0000_0000_0122L);
        Listing<ModuleInfo> modules = modules();
        assertThat(names(modules)).containsExactly("alpha", "gamma", "beta");
        assertThat(modules.rows().getLast().provenance().sources()).contains("module-kset", "module-tree");
        assertThat(modules.missing())
                .singleElement()
                .satisfies(part -> assertThat(part.what()).isEqualTo("modules"))
                .satisfies(part -> assertThat(part.why())
                        .startsWith("module beta is not on it, but was found by module-kset, module-tree")
                        .endsWith("it is hidden, or was cut off"));
    }

    @Test
    void aModuleThatWasTakenFromSysfsIsAFinding() {
        ring(KSET, A + MKOBJ + ENTRY, C + MKOBJ + ENTRY);
        Listing<ModuleInfo> modules = modules();
        assertThat(names(modules)).containsExactly("alpha", "beta", "gamma");
        assertThat(modules.missing()).extracting(MissingPart::what).containsExactly("module_kset");
    }

    @Test
    void aModuleThatWasTakenFromTheTreeIsAFinding() {
        for (int copy = 0; copy < 2; copy++) {
            machine.word(node(B, copy) + LEFT, 0);
        }
        assertThat(modules().missing())
                .singleElement()
                .satisfies(part -> assertThat(part.why()).startsWith("module alpha is not in it"));
    }

    @Test
    void aModuleThatOneCopyOfTheTreeLacksIsNotHidden() {
        machine.word(node(B, 1) + LEFT, 0);
        assertThat(modules().isComplete()).isTrue();
    }

    @Test
    void aModuleThatNothingLeadsToIsFoundOnceTheOthersAreSearched() {
        ring(HEAD, A + LIST, C + LIST);
        ring(KSET, A + MKOBJ + ENTRY, C + MKOBJ + ENTRY);
        machine.word(TREE + 8, node(A, 0)).word(TREE + 16, node(A, 1));
        for (int copy = 0; copy < 2; copy++) {
            machine.word(node(A, copy), 0).word(node(C, copy), node(A, copy));
            machine.word(node(A, copy) + RIGHT, node(C, copy));
        }
        assertThat(names(modules())).containsExactly("alpha", "gamma");
        machine.word(A + LIST, UNMAPPED);
        Listing<ModuleInfo> modules = modules();
        assertThat(names(modules)).containsExactly("alpha", "gamma", "beta");
        assertThat(modules.rows().getLast().provenance().sources()).contains("memory-scan");
    }

    @Test
    void aModuleInSysfsThatSaysItIsNotSetUpIsAFinding() {
        machine.half(B, UNFORMED);
        Listing<ModuleInfo> modules = modules();
        assertThat(names(modules)).contains("beta");
        assertThat(modules.missing())
                .singleElement()
                .satisfies(part -> assertThat(part.what()).isEqualTo("state of module beta"));
    }

    @Test
    void aModuleThatIsBeingSetUpIsNeitherShownNorAFinding() {
        machine.half(B, UNFORMED).word(B + MKOBJ + MOD, 0);
        ring(KSET, A + MKOBJ + ENTRY, C + MKOBJ + ENTRY);
        Listing<ModuleInfo> modules = modules();
        assertThat(names(modules)).containsExactly("alpha", "gamma");
        assertThat(modules.isComplete()).isTrue();
    }

    @Test
    void aSetThatNoSymbolNamesIsFoundByItsModules() {
        machine.symbol("module_kset", 0);
        assertThat(modules().rows())
                .allSatisfy(row -> assertThat(row.provenance().sources()).contains("module-kset"));
    }

    @Test
    void withoutAListTheOthersGiveTheModules() {
        machine.word(HEAD, 0).word(HEAD + 8, 0);
        Listing<ModuleInfo> modules = modules();
        assertThat(names(modules)).containsExactlyInAnyOrder("alpha", "beta", "gamma");
        assertThat(modules.isComplete()).isFalse();
    }

    @Test
    void whateverOneOfTheirPagesHoldsItEndsWithoutAnException() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            ModulesTest damaged = new ModulesTest();
            long page = List.of(A, B, C, HEAD).get(random.nextInt(4));
            for (int i = 0; i < 3; i++) {
                long[] values = {0, random.nextLong(), A + LIST, node(C, 0), KSET, node(B, 1), C + MKOBJ + ENTRY, HEAD};
                damaged.machine.word(page + random.nextInt(128) * 8L, values[random.nextInt(values.length)]);
            }
            assertThat(damaged.modules().rows()).as("seed " + seed).hasSizeBetween(2, 3);
        }
    }

    private void module(long address, String name) {
        machine.half(address, 0).text(address + NAME, name);
        machine.word(address + MKOBJ + SET, KSET).word(address + MKOBJ + MOD, address);
        machine.word(address + 192, address - 0x1000).half(address + 200, 0x2000);
        machine.word(address + TREE_ENTRY, address);
    }

    private static long node(long module, int copy) {
        return module + TREE_ENTRY + NODE + copy * NODE_BYTES;
    }

    private void ring(long... links) {
        for (int i = 0; i < links.length; i++) {
            long next = links[(i + 1) % links.length];
            machine.word(links[i], next).word(next + 8, links[i]);
        }
    }

    private Listing<ModuleInfo> modules() {
        return new Modules(machine.kernel(6, 1)).modules();
    }

    private static List<String> names(Listing<ModuleInfo> modules) {
        return modules.rows().stream().map(ModuleInfo::name).toList();
    }
}
