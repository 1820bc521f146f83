package io.memflow.formats.dwarf;

import io.memflow.formats.dwarf.Abbreviations.Abbreviation;
import io.memflow.formats.elf.ElfSections;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/**
 * One debugging information entry at a time: what the last {@link #read} met. One object serves many entries, as a kernel
 * has some ten millions. Confined.
 */
final class Entry {
    /** For what an entry does not say. */
    static final long ABSENT = Long.MIN_VALUE;

    /** {@code DW_OP_plus_uconst}: how a member's offset is written where it is no constant. */
    private static final int OP_PLUS_UCONST = 0x23;

    private static final int LONGEST_NAME = 1024;

    private final DwarfSections sections;
    private final Cursor cursor;
    private Unit unit;
    private Abbreviations abbreviations;
    private long stringOffsetsBase;

    /** Offset in {@code .debug_info}. */
    long offset;
    /** 0 for the mark that ends a run of siblings. */
    int tag;

    boolean hasChildren;
    private int nameForm;
    private long nameValue;
    /** Offset of the next sibling, or {@link #ABSENT}. */
    long sibling;
    /** Offset of the type referred to, or {@link #ABSENT}. */
    long type;

    long byteSize;
    long encoding;
    long memberOffset;
    long dataBitOffset;
    long bitOffset;
    long bitSize;
    /** Of an enumerator, if it has one. */
    long constant;

    boolean hasConstant;
    long upperBound;
    long count;
    boolean isDeclaration;

    Entry(DwarfSections sections, Unit unit, Abbreviations abbreviations) {
        this.sections = sections;
        this.unit = unit;
        this.abbreviations = abbreviations;
        cursor = new Cursor(sections.info(), ".debug_info");
        enter(unit, abbreviations);
    }

    /** Goes to a unit's first entry, which is its own, and reads that. */
    void enter(Unit next, Abbreviations itsAbbreviations) {
        unit = next;
        abbreviations = itsAbbreviations;
        // Without a base of its own a unit's table begins behind the header of the section (DWARF 5, section 7.26).
        stringOffsetsBase = next.offsetBytes() == Long.BYTES ? 16 : 8;
        cursor.moveTo(next.firstEntry());
        read();
    }

    void moveTo(long place) {
        if (place < unit.firstEntry() || place > unit.end()) {
            throw Cursor.malformed(place, "an entry outside its unit");
        }
        cursor.moveTo(place);
    }

    boolean isAtEnd() {
        return cursor.position() >= unit.end();
    }

    /** Reads the next entry, children first. */
    void read() {
        offset = cursor.position();
        clear();
        long code = cursor.unsignedLeb();
        if (code == 0) {
            return;
        }
        Abbreviation abbreviation = abbreviations.get(code);
        if (abbreviation == null) {
            throw Cursor.malformed(offset, "an entry of unknown abbreviation %d".formatted(code));
        }
        tag = abbreviation.tag;
        hasChildren = abbreviation.hasChildren;
        for (int i = 0; i < abbreviation.names.length; i++) {
            attribute(abbreviation.names[i], abbreviation.forms[i], abbreviation.constants[i]);
        }
    }

    private void clear() {
        tag = 0;
        hasChildren = false;
        nameForm = 0;
        isDeclaration = false;
        sibling = ABSENT;
        type = ABSENT;
        byteSize = ABSENT;
        encoding = ABSENT;
        memberOffset = ABSENT;
        dataBitOffset = ABSENT;
        bitOffset = ABSENT;
        bitSize = ABSENT;
        hasConstant = false;
        upperBound = ABSENT;
        count = ABSENT;
    }

    /** Goes behind the entry just read and all it contains. */
    void skipChildren() {
        if (!hasChildren) {
            return;
        }
        if (sibling != ABSENT && sibling > offset) {
            moveTo(sibling);
            return;
        }
        int depth = 1;
        while (depth > 0 && !isAtEnd()) {
            read();
            if (tag == 0) {
                depth--;
            } else if (hasChildren && sibling != ABSENT && sibling > offset) {
                moveTo(sibling);
            } else if (hasChildren) {
                depth++;
            }
        }
    }

    private void attribute(int name, int form, long implicit) {
        switch (name) {
            case Attribute.NAME -> name(form);
            case Attribute.SIBLING -> sibling = value(form, implicit);
            case Attribute.TYPE -> type = value(form, implicit);
            case Attribute.BYTE_SIZE -> byteSize = value(form, implicit);
            case Attribute.ENCODING -> encoding = value(form, implicit);
            case Attribute.DATA_MEMBER_LOCATION -> memberOffset = value(form, implicit);
            case Attribute.DATA_BIT_OFFSET -> dataBitOffset = value(form, implicit);
            case Attribute.BIT_OFFSET -> bitOffset = value(form, implicit);
            case Attribute.BIT_SIZE -> bitSize = value(form, implicit);
            case Attribute.CONST_VALUE -> {
                constant = value(form, implicit);
                hasConstant = true;
            }
            case Attribute.UPPER_BOUND -> upperBound = value(form, implicit);
            case Attribute.COUNT -> count = value(form, implicit);
            case Attribute.DECLARATION -> isDeclaration = value(form, implicit) != 0;
            case Attribute.STR_OFFSETS_BASE -> stringOffsetsBase = value(form, implicit);
            default -> value(form, implicit);
        }
    }

    private void name(int form) {
        nameForm = form;
        nameValue = cursor.position();
        if (form == Form.STRING) {
            cursor.skipText();
        } else {
            nameValue = value(form, 0);
        }
    }

    /** What an attribute says: a constant, or an offset in {@code .debug_info}; {@link #ABSENT} for all else. */
    private long value(int form, long implicit) {
        return switch (form) {
            case Form.DATA1, Form.FLAG, Form.STRX1 -> cursor.u8();
            case Form.DATA2, Form.STRX2 -> cursor.u16();
            case Form.STRX3 -> cursor.u24();
            case Form.DATA4, Form.STRX4 -> cursor.u32();
            case Form.DATA8 -> cursor.u64();
            case Form.SDATA -> cursor.signedLeb();
            case Form.UDATA, Form.STRX -> cursor.unsignedLeb();
            case Form.IMPLICIT_CONST -> implicit;
            case Form.FLAG_PRESENT -> 1;
            case Form.STRP, Form.LINE_STRP, Form.SEC_OFFSET -> cursor.offset(unit.offsetBytes());
            case Form.REF1 -> unit.start() + cursor.u8();
            case Form.REF2 -> unit.start() + cursor.u16();
            case Form.REF4 -> unit.start() + cursor.u32();
            case Form.REF8 -> unit.start() + cursor.u64();
            case Form.REF_UDATA -> unit.start() + cursor.unsignedLeb();
            case Form.REF_ADDR -> cursor.offset(unit.version() == 2 ? unit.addressBytes() : unit.offsetBytes());
            case Form.EXPRLOC, Form.BLOCK -> expression(cursor.unsignedLeb());
            case Form.BLOCK1 -> expression(cursor.u8());
            case Form.BLOCK2 -> expression(cursor.u16());
            case Form.BLOCK4 -> expression(cursor.u32());
            case Form.INDIRECT -> indirect();
            default -> passed(form);
        };
    }

    private long indirect() {
        int form = (int) cursor.unsignedLeb();
        if (form == Form.INDIRECT || form == Form.IMPLICIT_CONST) {
            throw Cursor.malformed(cursor.position(), "a form that leads to itself");
        }
        return value(form, 0);
    }

    /** Of all expressions only that of a member's offset is understood. */
    private long expression(long length) {
        long start = cursor.position();
        long value = ABSENT;
        if (length > 1 && cursor.u8() == OP_PLUS_UCONST) {
            value = cursor.unsignedLeb();
        }
        cursor.moveTo(start);
        cursor.skip(length);
        return value;
    }

    /** Passes over what no type needs. */
    private long passed(int form) {
        switch (form) {
            case Form.ADDR -> cursor.skip(unit.addressBytes());
            case Form.DATA16 -> cursor.skip(16);
            case Form.REF_SIG8, Form.REF_SUP8 -> cursor.skip(Long.BYTES);
            case Form.REF_SUP4, Form.ADDRX4 -> cursor.skip(Integer.BYTES);
            case Form.ADDRX1 -> cursor.skip(1);
            case Form.ADDRX2 -> cursor.skip(2);
            case Form.ADDRX3 -> cursor.skip(3);
            case Form.ADDRX, Form.LOCLISTX, Form.RNGLISTX -> cursor.unsignedLeb();
            case Form.STRP_SUP, Form.GNU_REF_ALT, Form.GNU_STRP_ALT -> cursor.offset(unit.offsetBytes());
            case Form.STRING -> cursor.skipText();
            default ->
                throw Cursor.malformed(cursor.position(), "form 0x%x, which DWARF 5 does not have".formatted(form));
        }
        return ABSENT;
    }

    /** The same for all mentions of one name in one string section; {@link #ABSENT} when the name is in the entry itself. */
    long nameKey() {
        return nameForm == Form.STRP ? nameValue : ABSENT;
    }

    boolean hasName() {
        return nameForm != 0;
    }

    /** The name; empty when there is none. */
    String name() {
        return switch (nameForm) {
            case Form.STRING -> text(sections.info(), nameValue);
            case Form.STRP -> text(sections.strings(), nameValue);
            case Form.LINE_STRP -> text(sections.lineStrings(), nameValue);
            case Form.STRX, Form.STRX1, Form.STRX2, Form.STRX3, Form.STRX4 -> indexed(nameValue);
            default -> "";
        };
    }

    private String indexed(long index) {
        if (index < 0 || index > sections.stringOffsets().byteSize()) {
            throw Cursor.malformed(offset, "a name by number %d".formatted(index));
        }
        Cursor table = new Cursor(sections.stringOffsets(), ".debug_str_offsets");
        table.moveTo(stringOffsetsBase + index * unit.offsetBytes());
        return text(sections.strings(), table.offset(unit.offsetBytes()));
    }

    private static String text(MemorySegment section, long at) {
        String text = ElfSections.text(section, at, LONGEST_NAME);
        return new String(text.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /** Its size in bytes, if it says so. */
    OptionalLong size() {
        return byteSize == ABSENT ? OptionalLong.empty() : OptionalLong.of(byteSize);
    }

    int addressBytes() {
        return unit.addressBytes();
    }
}
