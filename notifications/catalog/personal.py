"""What is told to one person alone: of their own account, of work that is theirs."""

from __future__ import annotations

from notifications.audiences import Audience as To
from notifications.lines import APPLICATION, BATCH, USER, Line

LINES = (
    # One's own account: what nobody should learn of too late
    Line(
        USER,
        "enrol_factor",
        To.PERSON,
        "双因素认证已启用",
        "您的账号已绑定新的手机验证器。并非本人操作的，请立即联系系统管理员。",
        receipt=True,
    ),
    Line(
        USER,
        "use_recovery_code",
        To.PERSON,
        "已使用恢复码",
        "您的账号使用了一个恢复码。并非本人操作的，请立即修改密码并联系系统管理员。",
        receipt=True,
    ),
    Line(
        USER,
        "reset_factor",
        To.PERSON,
        "双因素认证已重置",
        "系统管理员重置了您账号的双因素认证，原验证器与恢复码失效。请重新登录并启用。"
        "并非本人申请的，请立即联系系统管理员。",
    ),
    # What became one's own work
    Line(
        APPLICATION,
        "hand_over",
        To.PERSON,
        "申报转由您经办：{nursery}",
        "受理编号 {number} 转由您经办，请在申报审核中办理。",
        mail=False,
    ),
    # One's own work that went on without one
    Line(
        BATCH,
        "finish_batch",
        To.PERSON,
        "批量办理已完成：{move}",
        "已办理 {done} 件，未办理 {left} 件。各件结果和未办理的原因见批量办理页面。",
        mail=False,
    ),
)
