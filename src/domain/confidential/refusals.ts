// Why a confidential computation says no: each guard and each failed check has its own code.
import type { RefusalRow, RefusalRows } from '../refusals';

const row = (http: number, en: string, zh: string, doEn: string, doZh: string): RefusalRow => ({ http, en, zh, doEn, doZh });

export const confidentialRefusals = {
  TOO_FEW_REPOSITORIES: row(422, 'Fewer repositories contributed than the question demands.', '参与的数据库少于问题要求。', 'Wait for more contributions or ask again with more repositories.', '请等待更多贡献，或选择更多数据库重新提问。'),
  SETS_TOO_CLOSE: row(409, 'Almost the same set of repositories already answered this question.', '几乎相同的数据库集合已回答过该问题。', 'Use the earlier answer, or a set that differs by at least the floor.', '请使用先前的答案，或选择差异不小于下限的集合。'),
  ALREADY_ANSWERED: row(409, 'This set of repositories already answered this question.', '该数据库集合已回答过该问题。', 'Use the earlier answer.', '请使用先前的答案。'),
  SEARCHER_KEY_MISMATCH: row(403, 'The key of the signed question is not the key registered for the searcher.', '问题中的密钥与检索方登记的密钥不一致。', 'Sign the question again with the registered key.', '请使用登记的密钥重新签署问题。'),
  QUESTION_MALFORMED: row(422, 'The question is outside what a confidential computation can hold.', '问题超出保密计算的范围。', 'Check cells, bound, epsilon, nodes and minimum repositories.', '请检查单元数、界限、epsilon、节点与最少数据库数。'),
  QUESTION_MISMATCH: row(409, 'The message belongs to another question.', '消息属于另一个问题。', 'Send it to the question that it names.', '请发送到其所属的问题。'),
  CUT_OFF_PASSED: row(409, 'The time for contributions is over.', '贡献时间已截止。', 'Contribute to the next question.', '请参与下一个问题。'),
  CONTRIBUTION_REPEATED: row(409, 'A repository contributed twice, or copied another contribution.', '数据库重复贡献或复制了他人的贡献。', 'Contribute once, with fresh randomness.', '请使用新的随机数，仅贡献一次。'),
  ENVELOPE_BROKEN: row(422, 'An envelope does not open for its receiver and its header.', '信封无法由接收方打开。', 'Seal again to the key of the named node.', '请以指定节点的密钥重新封装。'),
  SHARE_MISMATCH: row(422, 'A share does not match its commitment.', '份额与承诺不符。', 'Send the share that was committed.', '请发送已承诺的份额。'),
  SHARE_MALFORMED: row(422, 'A share has the wrong length or a number outside its range.', '份额长度错误或数值越界。', 'Send the exact form of the question.', '请按照问题的格式发送。'),
  VALUE_OUT_OF_BOUND: row(422, 'A value lies outside the bound that the plan states.', '数值超出计划声明的界限。', 'Clip to the bound before contributing.', '请在贡献前截断到界限。'),
  POINT_MALFORMED: row(422, 'A commitment is not a canonical ristretto255 element.', '承诺不是规范的 ristretto255 元素。', 'Send the 32 canonical bytes.', '请发送 32 个规范字节。'),
  CIPHERTEXT_MALFORMED: row(422, 'A ciphertext is not in the one accepted form.', '密文不符合唯一接受的格式。', 'Send it uncompressed, under the parameters of the question.', '请使用问题的参数，以未压缩形式发送。'),
  CIPHERTEXT_HASH_MISMATCH: row(422, 'A ciphertext is not the one that was recorded.', '密文与记录不符。', 'Send the recorded bytes.', '请发送已记录的字节。'),
  SUM_MISMATCH: row(422, 'The sum of the ciphertexts is not the sum of the recorded ones.', '密文之和与记录不符。', 'Add the recorded ciphertexts again.', '请重新累加已记录的密文。'),
  KEY_SHARE_MISMATCH: row(409, 'A revealed key share is not the committed one.', '公开的密钥份额与承诺不符。', 'Start a new key ceremony without this node.', '请在排除该节点后重新进行密钥仪式。'),
  CERTIFICATE_FAILS: row(422, 'The sum does not match the committed parts.', '总和与承诺的各部分不符。', 'Ask the nodes for their openings; the check names the cheat.', '请要求各节点公开其和，检查将指出作弊者。'),
  CONTRIBUTION_SIGNATURE_WRONG: row(401, 'A signature is not by the party the message speaks for.', '签名与消息所代表的一方不符。', 'Sign with the registered key.', '请使用已登记的密钥签名。'),
  STEP_OUT_OF_ORDER: row(409, 'This step cannot follow the last one.', '该步骤不能接在上一步之后。', 'Continue from the recorded step.', '请从已记录的步骤继续。'),
  SHARE_GIVEN_ONCE: row(409, 'This node already gave its share for another sum of this question.', '该节点已为此问题的另一总和给出份额。', 'Use the first sum.', '请使用第一个总和。'),
  PLAN_NOT_LINEAR: row(422, 'This template cannot be answered as one integer vector.', '该模板无法表示为一个整数向量。', 'Use declared keys and linear measures.', '请使用已声明的键和线性度量。'),
  SEAL_WORKER_LOST: row(503, 'The lattice worker failed and was thrown away.', '格密码工作线程失败并已丢弃。', 'Try again with checked input.', '请使用已检查的输入重试。'),
} as const satisfies RefusalRows;
