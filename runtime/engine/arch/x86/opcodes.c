// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The opcode maps: Intel SDM volume 2, appendix A, tables A-2 to A-6 (one byte,
 * 0F, 0F38, 0F3A, extensions by ModRM.reg) and A-7 to A-22 (x87); AMD APM volume
 * 3, appendix A, for XOP, 3DNow! and the instructions of AMD-V; chapters 3 to 5 of
 * the SDM for which prefixes an instruction is defined with.
 */
#include "opcodes.h"

/* ---- the words of the tables ------------------------------------------------ */

#define M PTE_OP_MODRM
#define MR (PTE_OP_MODRM | PTE_OP_ONLY_REGISTER)
#define MM (PTE_OP_MODRM | PTE_OP_ONLY_MEMORY)
#define B PTE_OP_BYTE
#define MB (M | B)
#define L PTE_OP_LOCK
#define ML (M | L)
#define MLB (M | L | B)
#define D PTE_OP_DEFAULT_64
#define F PTE_OP_FORCED_64
#define X PTE_OP_NOT_64
#define S PTE_OP_STACK
#define N PTE_OP_BAD
#define IMM(kind) ((uint32_t)PTE_IMM_##kind << PTE_OP_IMMEDIATE_SHIFT)
#define CLS(name) ((uint32_t)PTE_CLASS_##name << PTE_OP_CLASS_SHIFT)
#define GRP(name) (M | (uint32_t)OPS_GROUP_##name << PTE_OP_GROUP_SHIFT)
#define PREFIXES(mask) ((uint32_t)(mask) << PTE_OP_PREFIXES_SHIFT)
#define IB IMM(1)
#define IW IMM(2)
#define IZ IMM(Z)
#define IV IMM(V)
#define MO (PTE_OP_MEMORY | IMM(MOFFS))
#define STR (PTE_OP_MEMORY | PTE_OP_STRING)
#define FAR_ (CLS(FAR) | S)
#define JCC_B (CLS(JCC) | F | IMM(REL_1))
#define JCC_Z (CLS(JCC) | F | IMM(REL_Z))
#define LOOPS (CLS(LOOP) | F | IMM(REL_1))
#define SYS CLS(SYSTEM)
#define INTR CLS(INT)
#define PUSH (D | S)
#define SEG (X | S)
#define CR (F | PTE_OP_MOD_IGNORED)

enum {
	OPS_GROUP_NONE,
	OPS_GROUP_1,
	OPS_GROUP_1A,
	OPS_GROUP_2,
	OPS_GROUP_3,
	OPS_GROUP_4,
	OPS_GROUP_5,
	OPS_GROUP_6,
	OPS_GROUP_7,
	OPS_GROUP_8,
	OPS_GROUP_9,
	OPS_GROUP_11,
	OPS_GROUP_12,
	OPS_GROUP_13,
	OPS_GROUP_14,
	OPS_GROUP_15,
	OPS_GROUP_17,
	OPS_GROUP_FROM_SEGMENT,
	OPS_GROUP_TO_SEGMENT,
	OPS_GROUP_KEY_WIDE,
	OPS_GROUP_PADLOCK_6,
	OPS_GROUP_PADLOCK_7,
	OPS_GROUP_EVEX_12,
	OPS_GROUP_EVEX_13,
	OPS_GROUP_EVEX_14,
	OPS_GROUP_XOP_1,
	OPS_GROUP_XOP_2,
	OPS_GROUP_XOP_3,
	OPS_GROUP_XOP_4,
	OPS_GROUP_CONTROL,
	OPS_GROUP_VEX_15,
	OPS_N_GROUPS
};

/* ---- one byte: table A-2 ------------------------------------------------------ */

/* clang-format off */
static const uint32_t ops_primary[256] = {
/* 00 add, push es, pop es */	MLB, ML, MB, M, IB | B, IZ, SEG, SEG,
/* 08 or, push cs, 0F */	MLB, ML, MB, M, IB | B, IZ, SEG, N,
/* 10 adc, push ss, pop ss */	MLB, ML, MB, M, IB | B, IZ, SEG,
				SEG | CLS(STACK_SEGMENT),
/* 18 sbb, push ds, pop ds */	MLB, ML, MB, M, IB | B, IZ, SEG, SEG,
/* 20 and, es:, daa */		MLB, ML, MB, M, IB | B, IZ, N, X,
/* 28 sub, cs:, das */		MLB, ML, MB, M, IB | B, IZ, N, X,
/* 30 xor, ss:, aaa */		MLB, ML, MB, M, IB | B, IZ, N, X,
/* 38 cmp, ds:, aas */		MB, M, MB, M, IB | B, IZ, N, X,
/* 40 inc, REX */		X, X, X, X, X, X, X, X,
/* 48 dec, REX */		X, X, X, X, X, X, X, X,
/* 50 push */			PUSH, PUSH, PUSH, PUSH, PUSH, PUSH, PUSH, PUSH,
/* 58 pop */			PUSH, PUSH, PUSH, PUSH, PUSH, PUSH, PUSH, PUSH,
/* 60 pusha, popa, bound,
      movsxd, prefixes */	X | S, X | S, MM | X, M, N, N, N, N,
/* 68 push, imul, ins, outs */	PUSH | IZ, M | IZ, PUSH | IB, M | IB,
				STR | B, STR, STR | B, STR,
/* 70 jcc */			JCC_B, JCC_B, JCC_B, JCC_B, JCC_B, JCC_B, JCC_B, JCC_B,
/* 78 jcc */			JCC_B, JCC_B, JCC_B, JCC_B, JCC_B, JCC_B, JCC_B, JCC_B,
/* 80 group 1, test, xchg */	GRP(1) | B | IB, GRP(1) | IZ,
				GRP(1) | B | IB | X, GRP(1) | IB,
				MB, M, MLB, ML,
/* 88 mov, lea, pop */		MB, M, MB, M, GRP(FROM_SEGMENT), MM,
				GRP(TO_SEGMENT), GRP(1A),
/* 90 nop, xchg */		0, 0, 0, 0, 0, 0, 0, 0,
/* 98 cbw, cwd, call far, wait,
      pushf, popf, sahf, lahf */ 0, 0, X | FAR_ | IMM(FAR), 0,
				PUSH | PTE_OP_FLAGS_STACK,
				PUSH | PTE_OP_FLAGS_STACK | PTE_OP_INTERRUPT_FLAG,
				0, 0,
/* a0 mov, movs, cmps */	MO | B, MO, MO | B, MO, STR | B, STR, STR | B, STR,
/* a8 test, stos, lods, scas */	IB | B, IZ, STR | B, STR, STR | B, STR, STR | B, STR,
/* b0 mov */			IB | B, IB | B, IB | B, IB | B,
				IB | B, IB | B, IB | B, IB | B,
/* b8 mov */			IV, IV, IV, IV, IV, IV, IV, IV,
/* c0 group 2, ret, les, lds,
      group 11 */		GRP(2) | B | IB, GRP(2) | IB,
				CLS(RETURN) | F | S | IW, CLS(RETURN) | F | S,
				MM | X, MM | X,
				GRP(11) | B | IB, GRP(11) | IZ,
/* c8 enter, leave, ret far,
      int3, int, into, iret */	PUSH | IMM(2_1), PUSH, FAR_ | IW, FAR_,
				INTR, INTR | IB, INTR | X, FAR_,
/* d0 group 2, aam, aad, salc,
      xlat */			GRP(2) | B, GRP(2), GRP(2) | B, GRP(2),
				X | IB, X | IB, X, PTE_OP_MEMORY | B,
/* d8 x87 */			M, M, M, M, M, M, M, M,
/* e0 loopne, loope, loop, jcxz,
      in, out */		LOOPS, LOOPS, LOOPS, LOOPS, IB | B, IB, IB | B, IB,
/* e8 call, jmp, jmp far, jmp,
      in, out */		CLS(CALL) | F | S | IMM(REL_Z),
				CLS(JUMP) | F | IMM(REL_Z),
				X | CLS(FAR) | IMM(FAR),
				CLS(JUMP) | F | IMM(REL_1), B, 0, B, 0,
/* f0 lock, int1, repne, rep,
      hlt, cmc, group 3 */	N, INTR, N, N, CLS(HALT), 0, GRP(3) | B, GRP(3),
/* f8 clc, stc, cli, sti, cld,
      std, groups 4 and 5 */	0, 0, PTE_OP_INTERRUPT_FLAG, PTE_OP_INTERRUPT_FLAG,
				0, 0, GRP(4) | B, GRP(5),
};

/* ---- 0F: table A-3 ------------------------------------------------------------- */

static const uint32_t ops_0f[256] = {
/* 00 groups 6 and 7, lar, lsl,
      syscall, clts, sysret */	GRP(6), GRP(7), M, M, N, SYS, 0, SYS,
/* 08 invd, wbinvd, ud2,
      prefetch, femms, 3DNow! */ 0, 0, N, CLS(UNDEFINED), N, M, 0, M | IB,
/* 10 movups .. movhps */	M, M, M, MM, M, M, M, MM,
/* 18 prefetch, bnd*, nop */	M, M, M, M, M, M, M, M,
/* 20 mov from and to control
      and debug registers */	GRP(CONTROL), M | F | PTE_OP_MOD_IGNORED,
				GRP(CONTROL), M | F | PTE_OP_MOD_IGNORED,
				N, N, N, N,
/* 28 movaps .. comiss */	M, M, M, MM, M, M, M, M,
/* 30 wrmsr, rdtsc, rdmsr, rdpmc,
      sysenter, sysexit, getsec */ 0, 0, 0, 0, SYS, SYS, N, SYS,
/* 38 0F38, 0F3A */		N, N, N, N, N, N, N, N,
/* 40 cmovcc */			M, M, M, M, M, M, M, M,
/* 48 cmovcc */			M, M, M, M, M, M, M, M,
/* 50 movmskps, sqrtps .. */	MR, M, M, M, M, M, M, M,
/* 58 addps .. maxps */		M, M, M, M, M, M, M, M,
/* 60 punpcklbw .. packuswb */	M, M, M, M, M, M, M, M,
/* 68 punpckhbw .. movq */	M, M, M, M, M, M, M, M,
/* 70 pshufw, groups 12 to 14,
      pcmpeqb .., emms */	M | IB, GRP(12) | IB, GRP(13) | IB, GRP(14) | IB,
				M, M, M, 0,
/* 78 vmread, vmwrite, haddpd,
      hsubpd, movd, movq */	M | F, M | F, N, N, M, M, M, M,
/* 80 jcc */			JCC_Z, JCC_Z, JCC_Z, JCC_Z, JCC_Z, JCC_Z, JCC_Z, JCC_Z,
/* 88 jcc */			JCC_Z, JCC_Z, JCC_Z, JCC_Z, JCC_Z, JCC_Z, JCC_Z, JCC_Z,
/* 90 setcc */			MB, MB, MB, MB, MB, MB, MB, MB,
/* 98 setcc */			MB, MB, MB, MB, MB, MB, MB, MB,
/* a0 push fs, pop fs, cpuid, bt,
      shld, PadLock */		PUSH, PUSH, 0, M, M | IB, M,
				GRP(PADLOCK_6) | PTE_OP_MEMORY,
				GRP(PADLOCK_7) | PTE_OP_MEMORY,
/* a8 push gs, pop gs, rsm, bts,
      shrd, group 15, imul */	PUSH, PUSH, SYS, ML, M | IB, M, GRP(15), M,
/* b0 cmpxchg, lss, btr, lfs,
      lgs, movzx */		MLB, ML, MM | CLS(STACK_SEGMENT), ML, MM, MM, M, M,
/* b8 popcnt, ud1, group 8, btc,
      bsf, bsr, movsx */	M, M | CLS(UNDEFINED), GRP(8) | IB, ML, M, M, M, M,
/* c0 xadd, cmpps, movnti, pinsrw,
      pextrw, shufps, group 9 */ MLB, ML, M | IB, MM, M | IB, MR | IB, M | IB, GRP(9),
/* c8 bswap */			0, 0, 0, 0, 0, 0, 0, 0,
/* d0 addsubpd .. pmovmskb */	M, M, M, M, M, M, M, MR,
/* d8 psubusb .. pandn */	M, M, M, M, M, M, M, M,
/* e0 pavgb .. movntq */	M, M, M, M, M, M, M, MM,
/* e8 psubsb .. pxor */		M, M, M, M, M, M, M, M,
/* f0 lddqu, psllw .. psadbw,
      maskmovq */		MM, M, M, M, M, M, M, MR | PTE_OP_MEMORY,
/* f8 psubb .. paddd, ud0 */	M, M, M, M, M, M, M, M | CLS(UNDEFINED),
};

/* ---- ModRM.reg: table A-6 ------------------------------------------------------- */

#define ALL(x) { x, x, x, x, x, x, x, x }
#define NONE ALL(N)
#define P_NP PREFIXES(1)
#define P_66 PREFIXES(2)
#define P_NP_66 PREFIXES(3)
#define P_F3 PREFIXES(4)
#define P_NP_F3 PREFIXES(5)
#define P_NP_66_F3 PREFIXES(7)

/* Added to what the map says.  Where there is one line, it is of both. */
static const struct {
	uint32_t memory[8];
	uint32_t registers[8];
} ops_groups[OPS_N_GROUPS] = {
	[OPS_GROUP_1] = { /* add or adc sbb and sub xor cmp */
		{ L, L, L, L, L, L, L, 0 }, ALL(0) },
	[OPS_GROUP_1A] = { /* pop; with others it is XOP */
		{ PUSH, N, N, N, N, N, N, N }, { PUSH, N, N, N, N, N, N, N } },
	[OPS_GROUP_2] = { ALL(0), ALL(0) }, /* rol ror rcl rcr shl shr sal sar */
	[OPS_GROUP_3] = { /* test test not neg mul imul div idiv */
		{ IMM(TEST), IMM(TEST), L, L, 0, 0, 0, 0 },
		{ IMM(TEST), IMM(TEST), 0, 0, 0, 0, 0, 0 } },
	[OPS_GROUP_4] = { /* inc dec */
		{ L, L, N, N, N, N, N, N }, { 0, 0, N, N, N, N, N, N } },
	[OPS_GROUP_5] = { /* inc dec call call-far jmp jmp-far push */
		{ L, L, CLS(CALL_INDIRECT) | F | S, FAR_,
		  CLS(JUMP_INDIRECT) | F, CLS(FAR), PUSH, N },
		{ 0, 0, CLS(CALL_INDIRECT) | F | S, N,
		  CLS(JUMP_INDIRECT) | F, N, PUSH, N } },
	[OPS_GROUP_6] = { /* sldt str lldt ltr verr verw */
		{ 0, 0, 0, 0, 0, 0, N, N }, { 0, 0, 0, 0, 0, 0, N, N } },
	[OPS_GROUP_7] = { /* sgdt sidt lgdt lidt smsw rstorssp lmsw invlpg */
		{ F, F, F, F, 0, P_F3, 0, F }, ALL(0) /* ops_0f01_registers */ },
	[OPS_GROUP_8] = { /* bt bts btr btc */
		{ N, N, N, N, 0, L, L, L }, { N, N, N, N, 0, 0, 0, 0 } },
	[OPS_GROUP_9] = { /* cmpxchg8b xrstors xsavec xsaves vmptrld vmptrst;
			   * rdrand rdseed */
		{ N, L, N, P_NP, P_NP, P_NP, P_NP_66_F3, P_NP },
		{ N, N, N, N, N, N, P_NP_66_F3, P_NP_66_F3 } },
	[OPS_GROUP_11] = { /* mov; the byte f8 xabort, xbegin */
		{ 0, N, N, N, N, N, N, N },
		{ 0, N, N, N, N, N, N, CLS(XBEGIN) } },
	[OPS_GROUP_12] = { /* psrlw psraw psllw */
		NONE, { N, N, 0, N, 0, N, 0, N } },
	[OPS_GROUP_13] = { /* psrld psrad pslld */
		NONE, { N, N, 0, N, 0, N, 0, N } },
	[OPS_GROUP_14] = { /* psrlq psrldq psllq pslldq */
		NONE, { N, N, 0, P_66, N, N, 0, P_66 } },
	[OPS_GROUP_15] = { /* fxsave fxrstor ldmxcsr stmxcsr xsave xrstor
			    * xsaveopt clflush; rdfsbase rdgsbase wrfsbase
			    * wrgsbase ptwrite lfence mfence sfence */
		{ P_NP, P_NP, P_NP, P_NP, P_NP_F3, P_NP, P_NP_66_F3, P_NP_66 },
		{ P_F3, P_F3, P_F3, P_F3, P_F3, P_NP_F3, 0, P_NP } },
	[OPS_GROUP_17] = { /* blsr blsmsk blsi */
		{ N, 0, 0, 0, N, N, N, N }, { N, 0, 0, 0, N, N, N, N } },
	[OPS_GROUP_FROM_SEGMENT] = { /* es cs ss ds fs gs */
		{ 0, 0, 0, 0, 0, 0, N, N }, { 0, 0, 0, 0, 0, 0, N, N } },
	[OPS_GROUP_TO_SEGMENT] = { /* es - ss ds fs gs */
		{ 0, N, CLS(STACK_SEGMENT), 0, 0, 0, N, N },
		{ 0, N, CLS(STACK_SEGMENT), 0, 0, 0, N, N } },
	[OPS_GROUP_KEY_WIDE] = { /* aesencwide128kl aesdecwide128kl ..256kl */
		{ 0, 0, 0, 0, N, N, N, N }, NONE },
	[OPS_GROUP_PADLOCK_6] = { /* montmul xsha1 xsha256 */
		NONE, { 0, 0, 0, N, N, N, N, N } },
	[OPS_GROUP_PADLOCK_7] = { /* xstore xcryptecb ..cbc ..ctr ..cfb ..ofb */
		NONE, { 0, 0, 0, 0, 0, 0, N, N } },
	[OPS_GROUP_EVEX_12] = { /* vpsrlw vpsraw vpsllw */
		{ N, N, 0, N, 0, N, 0, N }, { N, N, 0, N, 0, N, 0, N } },
	[OPS_GROUP_EVEX_13] = { /* vprord vprold vpsrld - vpsrad - vpslld */
		{ 0, 0, 0, N, 0, N, 0, N }, { 0, 0, 0, N, 0, N, 0, N } },
	[OPS_GROUP_EVEX_14] = { /* vpsrlq vpsrldq - - vpsllq vpslldq */
		{ N, N, 0, 0, N, N, 0, 0 }, { N, N, 0, 0, N, N, 0, 0 } },
	[OPS_GROUP_XOP_1] = { /* blcfill blsfill blcs tzmsk blcic blsic t1mskc */
		{ N, 0, 0, 0, 0, 0, 0, 0 }, { N, 0, 0, 0, 0, 0, 0, 0 } },
	[OPS_GROUP_XOP_2] = { /* blcmsk blci */
		{ N, 0, N, N, N, N, 0, N }, { N, 0, N, N, N, N, 0, N } },
	[OPS_GROUP_XOP_3] = { /* llwpcb slwpcb */
		NONE, { 0, 0, N, N, N, N, N, N } },
	[OPS_GROUP_XOP_4] = { /* lwpins lwpval */
		{ 0, 0, N, N, N, N, N, N }, { 0, 0, N, N, N, N, N, N } },
	[OPS_GROUP_CONTROL] = { /* cr0 - cr2 cr3 cr4; cr8 */
		{ CR, CR | N, CR, CR, CR, CR | N, CR | N, CR | N },
		{ CR, CR | N, CR, CR, CR, CR | N, CR | N, CR | N } },
	[OPS_GROUP_VEX_15] = { /* vldmxcsr vstmxcsr */
		{ N, N, 0, 0, N, N, N, N }, NONE },
};

/* ---- which prefixes an opcode is defined with --------------------------------------- */

/*
 * A hexadecimal digit for each opcode of a row, from left to right: 1 without a
 * prefix, 2 with 66, 4 with F3, 8 with F2, added up; 0: there is none.
 */
struct ops_defined {
	uint64_t rows[16];
};

/* Table A-3.  Where prefixes do not choose the instruction: f. */
static const struct ops_defined ops_0f_defined = { {
/* 00 */	0xffffffffffffffff, 0xfff33373ffffffff,
/* 20 */	0xffffffff33ffff33, 0xfffffff1ffffffff,
/* 40 */	0xffffffffffffffff, 0x3f553333fff7ffff,
/* 60 */	0x3333333333332237, 0xf3333331bb00aa77,
/* 80 */	0xffffffffffffffff, 0xffffffffffffffff,
/* a0 */	0xffffffffffffffff, 0xffffffff4fffffff,
/* c0 */	0xfff1333fffffffff, 0xa33333e333333333,
/* e0 */	0x333333e333333333, 0x833333333333333f,
} };

/* Table A-4 without a VEX prefix: ssse3, sse4, invept, sha, key locker, aes,
 * movbe, crc32, wruss, adx, movdir64b. */
static const struct ops_defined ops_0f38_defined = { {
/* 00 */	0x3333333333330000, 0x2000220200003330,
/* 20 */	0x2222220022220000, 0x2222220222222222,
/* 40 */	0x2200000000000000, 0,
/* 60 */	0, 0,
/* 80 */	0x2220000000000000, 0,
/* a0 */	0, 0,
/* c0 */	0x0000000011111102, 0x0000000040026666,
/* e0 */	0, 0xbb000270e1440000,
} };

/* Table A-5 without: ssse3, sse4, pclmulqdq, sha1rnds4, gf2p8affineqb,
 * aeskeygenassist, hreset. */
static const struct ops_defined ops_0f3a_defined = { {
/* 00 */	0x0000000022222223, 0x0000222200000000,
/* 20 */	0x2220000000000000, 0,
/* 40 */	0x2220200000000000, 0,
/* 60 */	0x2222000000000000, 0,
/* 80 */	0, 0,
/* a0 */	0, 0,
/* c0 */	0x0000000000001022, 0x0000000000000002,
/* e0 */	0, 0x4000000000000000,
} };

/* Table A-3 with VEX, opmasks (kand to ktest) and all. */
static const struct ops_defined ops_vex_0f = { {
/* 00 */	0, 0xfff3337300000000,
/* 20 */	0x0000000033c3cc33, 0,
/* 40 */	0x0330333300330000, 0x3f553333fff7ffff,
/* 60 */	0x2222222222222226, 0xe22222210000aa66,
/* 80 */	0, 0x33bb000033000000,
/* a0 */	0x0000000000000010, 0,
/* c0 */	0x00f0223000000000, 0xa222222222222222,
/* e0 */	0x222222e222222222, 0x8222222222222220,
} };

/* Table A-4 with VEX: avx, avx2, fma, amx, vnni, bmi. */
static const struct ops_defined ops_vex_0f38 = { {
/* 00 */	0x2222222222222222, 0x0002002222202220,
/* 20 */	0x2222220022222222, 0x2222222222222222,
/* 40 */	0x220002220b0e0000, 0xff2200002220c0f0,
/* 60 */	0, 0x0040000022000000,
/* 80 */	0x0000000000002020, 0x2222002222222222,
/* a0 */	0x0000002222222222, 0xf600222222222222,
/* c0 */	0x0000000000088802, 0x0077000000f22222,
/* e0 */	0x2222222222222222, 0x00110d8f00000000,
} };

/* Table A-5 with VEX: avx, avx2, f16c, and AMD's fma4 and vpermil2. */
static const struct ops_defined ops_vex_0f3a = { {
/* 00 */	0x2220222022222222, 0x0000222222000200,
/* 20 */	0x2220000000000000, 0x2222000022000000,
/* 40 */	0x2220202022222000, 0x0000000000002222,
/* 60 */	0x2222000022222222, 0x0000000022222222,
/* 80 */	0, 0,
/* a0 */	0, 0,
/* c0 */	0x0000000000000022, 0x0000000000000022,
/* e0 */	0, 0x8000000000000000,
} };

/* Map 1 with EVEX (SDM chapter 5): avx512. */
static const struct ops_defined ops_evex_0f = { {
/* 00 */	0, 0xfff3337300000000,
/* 20 */	0x0000000033c3cc33, 0,
/* 40 */	0, 0x0f003333fff7ffff,
/* 60 */	0x222222222222222e, 0xe2222220ffee006e,
/* 80 */	0, 0,
/* a0 */	0, 0,
/* c0 */	0x00f0223000000000, 0x0222222022222222,
/* e0 */	0x222222e222222222, 0x0222222022222220,
} };

/* Map 2: with 4fmaps, 4vnniw, vp2intersect, bf16 and prefetching gathers. */
static const struct ops_defined ops_evex_0f38 = { {
/* 00 */	0x2000200000022200, 0x6666662022222222,
/* 20 */	0x6666666666622200, 0x6666662266622222,
/* 40 */	0x2022222200002222, 0x22ea220022220000,
/* 60 */	0x0022222080000000, 0x22e2022222222222,
/* 80 */	0x0002000022220202, 0x2222002222aa2222,
/* a0 */	0x2222002222aa2222, 0x0000222222222222,
/* c0 */	0x0000202220222202, 0x0000000000002222,
/* e0 */	0, 0,
} };

/* Map 3. */
static const struct ops_defined ops_evex_0f3a = { {
/* 00 */	0x2202220032320002, 0x0000222222220222,
/* 20 */	0x2222023300000000, 0x0000000022220022,
/* 40 */	0x0022200000000000, 0x2200223300000000,
/* 60 */	0x0000003300000000, 0x2222000000000000,
/* 80 */	0, 0,
/* a0 */	0, 0,
/* c0 */	0x0050000000000022, 0,
/* e0 */	0, 0,
} };

/* Map 5: avx512-fp16. */
static const struct ops_defined ops_evex_5 = { {
/* 00 */	0, 0x4400000000000300,
/* 20 */	0x0000000000404411, 0,
/* 40 */	0, 0x0500000055f75555,
/* 60 */	0x0000000000000020, 0x0000000077a63f20,
/* 80 */	0, 0,
/* a0 */	0, 0,
/* c0 */	0, 0,
/* e0 */	0, 0,
} };

/* Map 6: avx512-fp16. */
static const struct ops_defined ops_evex_6 = { {
/* 00 */	0, 0x0003000000000000,
/* 20 */	0x0000000000002200, 0,
/* 40 */	0x0022000000002222, 0x000000cc00000000,
/* 60 */	0, 0,
/* 80 */	0, 0x0000002222222222,
/* a0 */	0x0000002222222222, 0x0000002222222222,
/* c0 */	0, 0x000000cc00000000,
/* e0 */	0, 0,
} };

/* XOP map 8, with an immediate: vpmac*, vpcmov, vpperm, vprot, vpcom*. */
static const struct ops_defined ops_xop_8 = { {
/* 00 */	0, 0,
/* 20 */	0, 0,
/* 40 */	0, 0,
/* 60 */	0, 0,
/* 80 */	0x0000011100000011, 0x0000011100000011,
/* a0 */	0x0011001000000000, 0x0000001000000000,
/* c0 */	0x1111000000001111, 0,
/* e0 */	0x0000000000001111, 0,
} };

/* XOP map 9: tbm, lwp, vfrcz, vprot, vpsha, vpshl, vphadd*. */
static const struct ops_defined ops_xop_9_defined = { {
/* 00 */	0x0110000000000000, 0x0010000000000000,
/* 20 */	0, 0,
/* 40 */	0, 0,
/* 60 */	0, 0,
/* 80 */	0x1111000000000000, 0x1111111111110000,
/* a0 */	0, 0,
/* c0 */	0x0111001100010000, 0x0111001100010000,
/* e0 */	0x0111000000000000, 0,
} };

/* XOP map A, with an immediate of 4 bytes: bextr, lwpins. */
static const struct ops_defined ops_xop_a = { {
/* 00 */	0, 0x1010000000000000,
/* 20 */	0, 0,
/* 40 */	0, 0,
/* 60 */	0, 0,
/* 80 */	0, 0,
/* a0 */	0, 0,
/* c0 */	0, 0,
/* e0 */	0, 0,
} };

/* 3DNow! by its suffix (APM volume 3, table A-14). */
static const struct ops_defined ops_3dnow = { {
/* 00 */	0x000000000000ff00, 0x000000000000ff00,
/* 20 */	0, 0,
/* 40 */	0, 0,
/* 60 */	0, 0,
/* 80 */	0x0000000000f000f0, 0xf000f0ff00f000f0,
/* a0 */	0xf000f0ff00f000f0, 0xf000f0ff000f000f,
/* c0 */	0, 0,
/* e0 */	0, 0,
} };

/* 0F 01 with ModRM c0 to ff: enclv .. pconfig; monitor .. encls; xgetbv .. enclu;
 * vmrun .. invlpga; smsw; serialize, rdpkru ..; lmsw; swapgs .. tlbsync. */
static const uint64_t ops_0f01_registers[4] = {
/* c0 */	0x111111d011112223, 0x11001111ffffffff,
/* e0 */	0xffffffffd8404455, 0xffffffffff51ffdd,
};

/* x87, d8 to df (tables ): a bit for each ModRM.reg of the memory forms
 * from the lowest, one for each ModRM byte c0 to ff of the others. */
static const struct {
	uint8_t memory;
	uint64_t registers;
} ops_x87[8] = {
/* d8 */	{ 0xff, 0xffffffffffffffff },
/* d9 */	{ 0xfd, 0xffff7f33ff01ffff },
/* da */	{ 0xff, 0x00000200ffffffff },
/* db */	{ 0xaf, 0x00ffff1fffffffff },
/* dc */	{ 0xff, 0xffffffffffffffff },
/* dd */	{ 0xdf, 0x0000ffffffffffff },
/* de */	{ 0xff, 0xffffffff02ffffff },
/* df */	{ 0xff, 0x00ffff01ffffffff },
};
/* clang-format on */

/* ---- looking them up ----------------------------------------------------------------- */

static bool ops_is_defined(const struct ops_defined *map, uint8_t opcode,
			   enum pte_prefix prefix)
{
	uint64_t row = map->rows[opcode >> 4];

	return row >> (4 * (15 - (opcode & 15)) + prefix) & 1;
}

/* What ModRM adds to the attributes of a group. */
static uint32_t ops_group(uint32_t attributes, const struct pte_insn *insn,
			  enum pte_prefix prefix)
{
	uint32_t group = (attributes & PTE_OP_GROUP) >> PTE_OP_GROUP_SHIFT;
	uint8_t reg = insn->modrm >> 3 & 7;
	uint32_t more, prefixes;

	if (insn->modrm < 0xc0)
		more = ops_groups[group].memory[reg];
	else
		more = ops_groups[group].registers[reg];
	prefixes = (more & PTE_OP_PREFIXES) >> PTE_OP_PREFIXES_SHIFT;
	if (prefixes && !(prefixes >> prefix & 1))
		return PTE_OP_BAD;
	return attributes | more;
}

/* 0F 01 with a register form: each ModRM byte is an instruction of its own. */
static uint32_t ops_0f01(uint8_t modrm, enum pte_prefix prefix)
{
	uint64_t row = ops_0f01_registers[(modrm - 0xc0) >> 4];

	if (!(row >> (4 * (15 - (modrm & 15)) + prefix) & 1))
		return PTE_OP_BAD;
	switch (modrm) {
	case 0xc2: /* vmlaunch, vmresume, seamret */
	case 0xc3:
	case 0xcd:
	case 0xd8: /* vmrun, skinit, uiret, swapgs */
	case 0xde:
	case 0xec:
	case 0xf8: return M | SYS;
	case 0xc8: /* monitor, mwait, mwaitx */
	case 0xc9:
	case 0xfb: return M | CLS(HALT);
	case 0xfa: /* monitorx, mcommit */
		return prefix == PTE_PREFIX_NONE ? M | CLS(HALT) : M;
	default: return M;
	}
}

static uint32_t ops_find_primary(const struct pte_insn *insn)
{
	uint8_t opcode = insn->opcode, modrm = insn->modrm;

	if ((opcode & 0xf8) == 0xd8) {
		bool defined;

		if (modrm < 0xc0)
			defined =
				ops_x87[opcode & 7].memory >> (modrm >> 3 & 7) &
				1;
		else
			defined = ops_x87[opcode & 7].registers >>
					  (modrm - 0xc0) &
				  1;
		if (!defined)
			return N;
	}
	/* of /7 there is f8 only, xabort and xbegin */
	if ((opcode & 0xfe) == 0xc6 && modrm > 0xf8)
		return N;
	if (opcode == 0xc6 && modrm == 0xf8)
		return MB | IB;
	return ops_primary[opcode];
}

/* VIA's: with rep, xstore without, too. */
static uint32_t ops_padlock(const struct pte_insn *insn, enum pte_prefix prefix)
{
	bool xstore = insn->opcode == 0xa7 && insn->modrm == 0xc0;

	if (insn->modrm & 7 || prefix == PTE_PREFIX_F2 ||
	    (prefix != PTE_PREFIX_F3 && !xstore))
		return N;
	return ops_0f[insn->opcode];
}

static uint32_t ops_find_0f(const struct pte_insn *insn, enum pte_prefix prefix)
{
	if (!ops_is_defined(&ops_0f_defined, insn->opcode, prefix))
		return N;
	if (insn->opcode == 0x01 && insn->modrm >= 0xc0)
		return ops_0f01(insn->modrm, prefix);
	switch (insn->opcode) {
	case 0x12: /* movlpd, movhpd */
	case 0x16: return prefix == PTE_PREFIX_66 ? MM : M;
	case 0x20: /* cr8 is the only one beyond 7 */
	case 0x22:
		if (insn->rex & 4 && insn->modrm & 0x38)
			return N;
		break;
	case 0x21:
	case 0x23:
		if (insn->rex & 4)
			return N;
		break;
	case 0x78: /* AMD's extrq and insertq */
		if (prefix == PTE_PREFIX_66 && insn->modrm & 0x38)
			return N;
		if (prefix != PTE_PREFIX_NONE)
			return MR | IMM(1_1);
		break;
	case 0x79:
		if (prefix != PTE_PREFIX_NONE)
			return MR;
		break;
	case 0xa6:
	case 0xa7: return ops_padlock(insn, prefix);
	case 0xd6: /* movq2dq, movdq2q */
		return prefix == PTE_PREFIX_66 ? M : MR;
	}
	return ops_0f[insn->opcode];
}

static uint32_t ops_find_0f38(uint8_t opcode, enum pte_prefix prefix)
{
	if (!ops_is_defined(&ops_0f38_defined, opcode, prefix))
		return N;
	switch (opcode) {
	case 0x80: /* invept, invvpid, invpcid */
	case 0x81:
	case 0x82: return MM | F;
	case 0xd8: return GRP(KEY_WIDE);
	case 0xdd: /* aesenc, aesdec128kl and their like */
	case 0xde:
	case 0xdf: return prefix == PTE_PREFIX_F3 ? MM : M;
	case 0xf0: /* crc32, movbe */ return prefix == PTE_PREFIX_F2 ? MB : MM;
	case 0xf1: return prefix == PTE_PREFIX_F2 ? M : MM;
	case 0xf6: /* adcx, adox, wrss */
		return prefix == PTE_PREFIX_NONE ? MM : M;
	case 0x2a: /* movntdqa, wruss, movdir64b, movdiri */
	case 0xf5:
	case 0xf8:
	case 0xf9: return MM;
	case 0xfa: /* encodekey */
	case 0xfb: return MR;
	default: return M;
	}
}

static uint32_t ops_find_legacy(const struct pte_insn *insn,
				enum pte_prefix prefix)
{
	switch (insn->map) {
	case PTE_MAP_PRIMARY: return ops_find_primary(insn);
	case PTE_MAP_0F: return ops_find_0f(insn, prefix);
	case PTE_MAP_0F38: return ops_find_0f38(insn->opcode, prefix);
	case PTE_MAP_0F3A:
		if (insn->opcode == 0xf0 && insn->modrm != 0xc0) /* hreset */
			return N;
		return ops_is_defined(&ops_0f3a_defined, insn->opcode, prefix)
			       ? M | IB
			       : N;
	default:
		return ops_is_defined(&ops_3dnow, insn->opcode, prefix) ? M | IB
									: N;
	}
}

/* Map 0F with VEX or EVEX. */
static uint32_t ops_vector_0f(const struct pte_insn *insn)
{
	bool evex = insn->encoding == PTE_EVEX;

	switch (insn->opcode) {
	case 0x71: return (evex ? GRP(EVEX_12) : GRP(12)) | IB;
	case 0x72: return (evex ? GRP(EVEX_13) : GRP(13)) | IB;
	case 0x73: return (evex ? GRP(EVEX_14) : GRP(14)) | IB;
	case 0x70:
	case 0xc2:
	case 0xc4:
	case 0xc5:
	case 0xc6: return M | IB;
	case 0x77: return 0; /* vzeroupper, vzeroall */
	case 0xae: return GRP(VEX_15);
	case 0xf7: return MR | PTE_OP_MEMORY; /* vmaskmovdqu */
	default: return M;
	}
}

static uint32_t ops_xop_9(uint8_t opcode)
{
	switch (opcode) {
	case 0x01: return GRP(XOP_1);
	case 0x02: return GRP(XOP_2);
	case 0x12: return GRP(XOP_3);
	default: return M;
	}
}

static uint32_t ops_find_vector(const struct pte_insn *insn,
				enum pte_prefix prefix)
{
	static const struct ops_defined *const vex[] = {
		[PTE_MAP_0F] = &ops_vex_0f,
		[PTE_MAP_0F38] = &ops_vex_0f38,
		[PTE_MAP_0F3A] = &ops_vex_0f3a,
		[PTE_MAP_XOP8] = &ops_xop_8,
		[PTE_MAP_XOP9] = &ops_xop_9_defined,
		[PTE_MAP_XOPA] = &ops_xop_a,
	};
	static const struct ops_defined *const evex[] = {
		[PTE_MAP_0F] = &ops_evex_0f,
		[PTE_MAP_0F38] = &ops_evex_0f38,
		[PTE_MAP_0F3A] = &ops_evex_0f3a,
		[PTE_MAP_EVEX5] = &ops_evex_5,
		[PTE_MAP_EVEX6] = &ops_evex_6,
	};

	if (!ops_is_defined(
		    (insn->encoding == PTE_EVEX ? evex : vex)[insn->map],
		    insn->opcode, prefix))
		return N;
	switch (insn->map) {
	case PTE_MAP_0F: return ops_vector_0f(insn);
	case PTE_MAP_0F38: return insn->opcode == 0xf3 ? GRP(17) : M;
	case PTE_MAP_0F3A:
	case PTE_MAP_XOP8: return M | IB;
	case PTE_MAP_XOP9: return ops_xop_9(insn->opcode);
	case PTE_MAP_XOPA:
		return (insn->opcode == 0x12 ? GRP(XOP_4) : M) | IMM(4);
	default: return M;
	}
}

uint32_t pte_opcode_find(const struct pte_insn *insn, enum pte_prefix prefix)
{
	uint32_t attributes;

	if (insn->encoding == PTE_LEGACY)
		attributes = ops_find_legacy(insn, prefix);
	else
		attributes = ops_find_vector(insn, prefix);
	if (!(attributes & PTE_OP_BAD) && attributes & PTE_OP_GROUP)
		attributes = ops_group(attributes, insn, prefix);
	if (attributes & PTE_OP_ONLY_MEMORY && insn->modrm >= 0xc0)
		return PTE_OP_BAD;
	if (attributes & PTE_OP_ONLY_REGISTER && insn->modrm < 0xc0)
		return PTE_OP_BAD;
	return attributes;
}

/* the runtime is compiled in heaps */
#undef M
#undef MR
#undef MM
#undef B
#undef MB
#undef L
#undef ML
#undef MLB
#undef D
#undef F
#undef X
#undef S
#undef N
#undef IMM
#undef CLS
#undef GRP
#undef PREFIXES
#undef IB
#undef IW
#undef IZ
#undef IV
#undef MO
#undef STR
#undef FAR_
#undef JCC_B
#undef JCC_Z
#undef LOOPS
#undef SYS
#undef INTR
#undef PUSH
#undef SEG
#undef CR
#undef ALL
#undef NONE
#undef P_NP
#undef P_66
#undef P_NP_66
#undef P_F3
#undef P_NP_F3
#undef P_NP_66_F3
