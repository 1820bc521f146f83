package io.memflow.os.linux.landmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.os.linux.structure.Kernel;
import io.memflow.os.linux.structure.Landmarks;
import io.memflow.os.linux.structure.TestMachine;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What must not be taken for the data that is looked for; what must be is compared on real guests in the lab. */
class HiddenDataTest {
    private static final long IMAGE = TestMachine.BASE + 0x10_0000;
    private static final long IMAGE_BYTES = 0x10_0000;
    private static final long HEAP = TestMachine.BASE + 0x20_0000;
    private static final long IDLE_TASK = IMAGE + 0x1000;

    private final TestMachine machine = new TestMachine();

    private Landmarks found() {
        Kernel kernel = machine.member("module.list", 0, 16)
                .member("module.state", 16, 4)
                .member("module.mkobj.mod", 24, 8)
                .kernel(6, 1);
        ImageWords image = new ImageWords(
                machine.physical().direct(IMAGE - TestMachine.BASE, IMAGE_BYTES).orElseThrow(), IMAGE, kernel.memory());
        return new HiddenData(image, kernel.layout(), new CoreData(image, kernel.layout()), OptionalLong.of(IDLE_TASK));
    }

    private long ring(long at, long descriptors, long number) {
        machine.half(at, 4)
                .word(at + 8, descriptors)
                .word(at + 16, descriptors + 0x1000)
                .word(at + 24, number)
                .half(at + 32, 10)
                .word(at + 40, HEAP);
        return at;
    }

    private void ringTypes() {
        machine.size("printk_ringbuffer", 48)
                .size("prb_desc", 24)
                .member("printk_ringbuffer.desc_ring.count_bits", 0, 4)
                .member("printk_ringbuffer.desc_ring.descs", 8, 8)
                .member("printk_ringbuffer.desc_ring.infos", 16, 8)
                .member("printk_ringbuffer.desc_ring.head_id.counter", 24, 8)
                .member("printk_ringbuffer.text_data_ring.size_bits", 32, 4)
                .member("printk_ringbuffer.text_data_ring.data", 40, 8)
                .member("prb_desc.state_var.counter", 0, 8);
    }

    @Test
    void findsTheWordThatPointsToTheRingInUse() {
        ringTypes();
        ring(IMAGE + 0x2000, HEAP + 0x4000, 5);
        machine.word(HEAP + 0x4000 + 5 * 24, 5 | 2L << 62);
        long used = ring(IMAGE + 0x3000, HEAP + 0x8000, 0x47);
        machine.word(HEAP + 0x8000 + 7 * 24, 0x47 | 2L << 62);
        machine.word(IMAGE + 0x5000, used);
        assertThat(found().address("prb")).hasValue(IMAGE + 0x5000);
    }

    @Test
    void takesNoRingWhoseNewestDescriptorIsOfAnother() {
        ringTypes();
        long ring = ring(IMAGE + 0x3000, HEAP + 0x8000, 0x47);
        machine.word(HEAP + 0x8000 + 7 * 24, 0x37 | 2L << 62);
        machine.word(IMAGE + 0x5000, ring);
        assertThat(found().address("prb")).isEmpty();
    }

    @Test
    void takesNoneOfTwoWordsThatPointToARing() {
        ringTypes();
        long ring = ring(IMAGE + 0x3000, HEAP + 0x8000, 0x47);
        machine.word(HEAP + 0x8000 + 7 * 24, 0x47 | 2L << 62);
        machine.word(IMAGE + 0x5000, ring).word(IMAGE + 0x5008, ring);
        assertThat(found().address("prb")).isEmpty();
    }

    private void netlink(int families) {
        machine.size("netlink_table", 16)
                .member("netlink_table.hash.tbl", 8, 8)
                .member("bucket_table.size", 0, 4)
                .word(IMAGE + 0x4000, HEAP + 0x100);
        for (int family = 0; family < families; family++) {
            machine.word(HEAP + 0x100 + family * 16L + 8, HEAP + 0x1000);
        }
        machine.half(HEAP + 0x1000, 16);
    }

    @Test
    void findsThirtyTwoHashTablesOfNetlink() {
        netlink(32);
        assertThat(found().address("nl_table")).hasValue(IMAGE + 0x4000);
    }

    @Test
    void takesNoShorterRowOfHashTables() {
        netlink(31);
        assertThat(found().address("nl_table")).isEmpty();
    }

    private void protocolTypes() {
        machine.size("proto", 64)
                .member("proto.name", 8, 32)
                .member("proto.obj_size", 40, 4)
                .member("proto.h.udp_table", 48, 8);
    }

    @Test
    void findsTheTableOfAProtocolByItsName() {
        protocolTypes();
        machine.text(IMAGE + 0x2008, "UDP").half(IMAGE + 0x2000 + 40, 1088).word(IMAGE + 0x2000 + 48, IMAGE + 0x7000);
        assertThat(found().address("udp_table")).hasValue(IMAGE + 0x7000);
        assertThat(found().address("udplite_table")).isEmpty();
    }

    @Test
    void takesNoTextForAProtocol() {
        protocolTypes();
        machine.text(IMAGE + 0x2008, "UDP").text(IMAGE + 0x2018, "more").half(IMAGE + 0x2000 + 40, 1088);
        machine.word(IMAGE + 0x2000 + 48, IMAGE + 0x7000);
        machine.text(IMAGE + 0x3008, "UDP").half(IMAGE + 0x3000 + 40, 1088).word(IMAGE + 0x3000 + 48, HEAP);
        assertThat(found().address("udp_table")).isEmpty();
    }

    private void unixTypes() {
        machine.member("sock_common.skc_node", 0, 16)
                .member("sock_common.skc_family", 16, 2)
                .member("sock_common.skc_prot", 24, 8)
                .member("proto.name", 0, 32)
                .member("unix_sock.addr", 32, 8)
                .member("unix_sock.path.dentry", 40, 8)
                .member("unix_address.hash", 4, 4)
                .member("dentry.d_inode", 0, 8)
                .member("inode.i_ino", 0, 8)
                .text(IMAGE + 0x100, "UNIX");
    }

    private void socket(long at, long slot, int family) {
        machine.word(slot, at).word(at + 8, slot).half(at + 16, family).word(at + 24, IMAGE + 0x100);
    }

    @Test
    void findsTheTableOfUnixSocketsByANamedOne() {
        unixTypes();
        socket(HEAP, IMAGE + 0x8000 + 0x21 * 8, 1);
        machine.word(HEAP + 32, HEAP + 0x200).half(HEAP + 0x204, 0x21);
        assertThat(found().address("unix_socket_table")).hasValue(IMAGE + 0x8000);
    }

    @Test
    void findsTheTableOfUnixSocketsByOneWithAPath() {
        unixTypes();
        socket(HEAP, IMAGE + 0x8000 + 0x34 * 8, 1);
        machine.word(HEAP + 32, HEAP + 0x200).half(HEAP + 0x204, 256);
        machine.word(HEAP + 40, HEAP + 0x300).word(HEAP + 0x300, HEAP + 0x400).word(HEAP + 0x400, 0x1234);
        assertThat(found().address("unix_socket_table")).hasValue(IMAGE + 0x8000);
    }

    @Test
    void takesNoSocketOfAnotherFamilyForAUnixSocket() {
        unixTypes();
        socket(HEAP, IMAGE + 0x8000, 2);
        assertThat(found().address("unix_socket_table")).isEmpty();
    }

    @Test
    void saysNothingWhereTypesLackWhatASearchNeeds() {
        assertThat(found().address("prb")).isEmpty();
        assertThat(found().address("init_uts_ns")).isEmpty();
        assertThat(found().address("something_else")).isEmpty();
    }
}
