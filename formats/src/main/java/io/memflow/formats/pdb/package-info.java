/**
 * Program databases: the symbols and types of Windows programs, in files of their own (published by Microsoft as
 * "microsoft-pdb"; the LLVM documentation, "The PDB File Format").
 */
package io.memflow.formats.pdb;
