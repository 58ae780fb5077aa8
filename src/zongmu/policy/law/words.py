"""Words of verdicts: what each stable ``because`` and trace key says, in both languages.

A measure adds its own under ``_words`` in ``messages.yaml``. Reporters make sentences from these; verdicts hold only keys.
"""

from __future__ import annotations

from zongmu.model.finding import Bilingual

BECAUSE: dict[str, Bilingual] = {
    "attested": Bilingual("已有人证明", "somebody vouches for it"),
    "pass": Bilingual("符合", "as the law asks"),
    "fail": Bilingual("不符合", "not as the law asks"),
    "undetermined": Bilingual("暂不能判断", "cannot be told yet"),
    "not_applicable": Bilingual("不适用", "does not apply"),
    "in_time": Bilingual("在期限内完成", "done in time"),
    "late": Bilingual("超过期限才完成", "done after the time limit"),
    "overdue": Bilingual("已过期限，尚无记录", "the time limit has passed and nothing is recorded"),
    "too_early": Bilingual("早于规定的窗口", "before the window opened"),
    "window_open": Bilingual("窗口已开，尚无记录", "the window is open and nothing is recorded"),
    "not_due": Bilingual("尚未到期", "not due yet"),
    "given_up": Bilingual("期限之内已撤回、终止或由他项目承接", "withdrawn, ended or taken over within the time"),
    "not_triggered": Bilingual("起算的事项尚未发生", "what starts the time has not happened"),
    "missing_field": Bilingual("所需事实未登记", "a fact it needs is not recorded"),
    "needs_attestation": Bilingual("需要有人证明", "somebody has to attest it"),
    "absent": Bilingual("应有而未见", "required and not there"),
    "incomplete": Bilingual("内容不全", "not complete"),
    "wrong_order": Bilingual("先后顺序不符", "in the wrong order"),
    "nothing_to_judge": Bilingual("没有可判断的事项", "nothing to judge"),
    "no_measure_in_force": Bilingual("行为发生日没有已编码的办法有效", "no encoded measure was in force on that day"),
    "law_not_encoded": Bilingual("当时有效的旧办法未编码，无法判断", "the older measure then in force is not encoded"),
    "law_not_configured": Bilingual("办法的施行日期尚未设定", "the first day of the measure has not been configured"),
    "no_base": Bilingual("没有可比较的基准版本", "no base revision to compare with"),
    "no_site_limit": Bilingual("本站未设定该时限", "this site sets no such limit"),
    "rule_crashed": Bilingual("规则本身出错", "the rule itself crashed"),
    "rule_stopped": Bilingual("规则迟迟没有结论，已停止运行", "the rule came to no end and was stopped"),
    "below_threshold": Bilingual("未达到起点数额", "below the threshold"),
    "over_cap": Bilingual("超过上限", "over the cap"),
    "other_level": Bilingual("不适用于该层级", "does not bind this level"),
    "other_class": Bilingual("不适用于该类别", "does not bind this class"),
    "waived": Bilingual("已获豁免", "waived"),
    "explained": Bilingual("已说明理由", "explained by a recorded reason"),
    "predates_registry": Bilingual(
        "发生在期初登记之前，无从判断", "before the opening entry of the record; nobody can say"
    ),
    "existing": Bilingual("原已存在", "it was so before"),
}

SAY: dict[str, Bilingual] = {
    "crash": Bilingual("出错：{value}", "error: {value}"),
    "stopped": Bilingual("停在 {value}", "stopped at {value}"),
    "missing": Bilingual("{field} 未登记", "{field} is not recorded"),
    "compare": Bilingual("{field} {value} {comparator} {limit}", "{field} {value} {comparator} {limit}"),
    "share": Bilingual("{field} {value}，上限 {limit}", "{field} {value}, cap {limit}"),
    "from": Bilingual("自 {field} {value} 起算", "counted from {field} {value}"),
    "deadline": Bilingual("{field} {value}，期限 {limit}", "{field} {value}, due {limit}"),
    "deadline_open": Bilingual("{field} 尚无，期限 {limit}", "{field} not there yet, due {limit}"),
    "opens": Bilingual("窗口自 {limit} 起", "the window opens {limit}"),
    "order": Bilingual("{field} {value}（应不晚于 {limit}）", "{field} {value} (no later than {limit})"),
    "covers": Bilingual("{field} 应含 {limit}", "{field} must cover {limit}"),
    "lacking": Bilingual("缺少 {value}", "lacking {value}"),
    "present": Bilingual("{field}：{value}", "{field}: {value}"),
    "absent": Bilingual("未见 {field}", "not seen: {field}"),
    "absent_such": Bilingual("未见 {field}：{value}", "not seen: {field}: {value}"),
    "attested": Bilingual("已证明 {limit}（{value}）", "attested: {limit} ({value})"),
    "guard": Bilingual("{field} 为 {value}", "{field} is {value}"),
    "count": Bilingual("{field} {value}", "{field} {value}"),
}

CAP_WHY: dict[str, Bilingual] = {
    "principle": Bilingual("原则性规定", "a principle"),
    "site_limit": Bilingual("时限由本站设定，不是办法规定", "the limit is set by this site, not by the measure"),
    "provisional_calendar": Bilingual(
        "工作日历尚未公布，暂按推算", "the calendar is not published; reckoned provisionally"
    ),
    "provisional": Bilingual("所依据的数额尚未最终确定，结论是暂定的", "it rests on an amount that is not final yet"),
    "window_open": Bilingual("窗口尚未关闭", "the window has not closed"),
    "boundary": Bilingual("恰在界线上", "exactly at the boundary"),
    "advisory": Bilingual("办法已失效，仅供参考", "the measure has expired; advice only"),
    "waived": Bilingual("已获豁免", "waived"),
    "explained": Bilingual("已说明理由", "explained"),
}
