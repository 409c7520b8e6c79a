"""An application from its submission to the result of its review."""

from __future__ import annotations

from notifications.audiences import Audience as To
from notifications.lines import APPLICATION, Line

# The states in which a city, and in which the province, has the file.
PAST_CITY = ("provincial_review", "passed", "in_notice")
PAST_COUNTY = ("city_review", *PAST_CITY)

LINES = (
    # The nursery hands in
    Line(
        APPLICATION,
        "submit",
        To.NURSERY,
        "申报已提交：{nursery}",
        "受理编号 {number}，自评得分 {total} 分，已报送{county_body}初审。请留意补正通知，"
        "如被退回，须于{county_deadline}前补正并重新提交。",
        receipt=True,
    ),
    Line(
        APPLICATION,
        "submit",
        To.COUNTY,
        "新申报待初审：{nursery}",
        "受理编号 {number}，自评得分 {total} 分。请于{county_deadline}前完成初审并报送市级。",
    ),
    Line(
        APPLICATION,
        "resubmit",
        To.NURSERY,
        "补正已提交：{nursery}",
        "受理编号 {number}，自评得分 {total} 分，已重新报送{county_body}初审。",
        receipt=True,
    ),
    Line(
        APPLICATION,
        "resubmit",
        To.COUNTY,
        "补正件待初审：{nursery}",
        "受理编号 {number}，自评得分 {total} 分。请于{county_deadline}前完成初审并报送市级。",
    ),
    Line(
        APPLICATION,
        "withdraw",
        To.COUNTY,
        "申报已撤回：{nursery}",
        "受理编号 {number} 已由申报机构撤回，不再办理。理由：{reason}",
        mail=False,
    ),
    Line(
        APPLICATION,
        "withdraw",
        To.CITY,
        "申报已撤回：{nursery}",
        "受理编号 {number} 已由申报机构撤回，不再办理。理由：{reason}",
        mail=False,
        came_from=("city_review", "provincial_review"),
    ),
    Line(
        APPLICATION,
        "withdraw",
        To.PROVINCE,
        "申报已撤回：{nursery}",
        "受理编号 {number} 已由申报机构撤回，不再办理，所占名额已释放。理由：{reason}",
        came_from=("provincial_review",),
    ),
    Line(
        APPLICATION,
        "withdraw",
        To.EXPERTS,
        "评审任务已终止：{nursery}",
        "受理编号 {number} 已由申报机构撤回，无需再评分。",
        came_from=("provincial_review",),
    ),
    # A title of the same nursery began
    Line(
        APPLICATION,
        "give_way",
        To.NURSERY,
        "申报终止：{nursery}",
        "受理编号 {number} 因机构已获称号而终止。{reason}",
    ),
    *(
        Line(
            APPLICATION,
            "give_way",
            to,
            "申报终止：{nursery}",
            "受理编号 {number} 因机构已获称号而终止，不再办理。{reason}",
            mail=False,
            came_from=states,
        )
        for to, states in (
            (To.COUNTY, ("returned", "county_review", *PAST_COUNTY)),
            (To.CITY, PAST_COUNTY),
            (To.PROVINCE, PAST_CITY),
        )
    ),
    Line(
        APPLICATION,
        "give_way",
        To.EXPERTS,
        "评审任务已终止：{nursery}",
        "受理编号 {number} 已终止，无需再评分。",
        came_from=("provincial_review",),
    ),
    # The county
    Line(
        APPLICATION,
        "return_for_correction",
        To.NURSERY,
        "申报退回补正：{nursery}",
        "{county_body}退回受理编号 {number} 的申报。理由：{reason}\n"
        "请于{county_deadline}前补正并重新提交，逾期视为放弃。",
    ),
    Line(
        APPLICATION,
        "recommend_to_city",
        To.NURSERY,
        "已推荐至市级：{nursery}",
        "受理编号 {number} 已通过县级初审，报送{city_body}审核。",
    ),
    Line(
        APPLICATION,
        "recommend_to_city",
        To.CITY,
        "新推荐件待审核：{nursery}",
        "{county_body}推荐，受理编号 {number}。请于{city_deadline}前完成审核并报送省级。",
    ),
    Line(
        APPLICATION,
        "decline_by_county",
        To.NURSERY,
        "县级不予推荐：{nursery}",
        "受理编号 {number} 未获{county_body}推荐。理由：{reason}",
    ),
    # The city
    Line(
        APPLICATION,
        "send_back_to_county",
        To.COUNTY,
        "市级退回：{nursery}",
        "{city_body}退回受理编号 {number}。理由：{reason}\n请于{county_deadline}前重新初审。",
    ),
    Line(
        APPLICATION,
        "send_back_to_county",
        To.NURSERY,
        "重新进行县级初审：{nursery}",
        "受理编号 {number} 由市级退回县级重新初审，如需补正将另行通知。",
        mail=False,
    ),
    Line(
        APPLICATION,
        "recommend_to_province",
        To.NURSERY,
        "已推荐至省级：{nursery}",
        "受理编号 {number} 已通过市级审核，报送省级评审。",
    ),
    Line(
        APPLICATION,
        "recommend_to_province",
        To.COUNTY,
        "已推荐至省级：{nursery}",
        "受理编号 {number} 已由{city_body}推荐至省级。",
        mail=False,
    ),
    Line(
        APPLICATION,
        "recommend_to_province",
        To.PROVINCE,
        "新推荐件待评审：{nursery}",
        "{city_body}推荐，受理编号 {number}。请分配评审专家。",
        mail=False,
    ),
    Line(
        APPLICATION,
        "decline_by_city",
        To.NURSERY,
        "市级不予推荐：{nursery}",
        "受理编号 {number} 未获{city_body}推荐。理由：{reason}",
    ),
    Line(
        APPLICATION,
        "decline_by_city",
        To.COUNTY,
        "市级不予推荐：{nursery}",
        "受理编号 {number} 未获{city_body}推荐。理由：{reason}",
        mail=False,
    ),
    # Two steps within a commission
    Line(
        APPLICATION,
        "propose",
        To.APPROVERS,
        "拟办意见待签批：{nursery}",
        "受理编号 {number}，拟“{move}”。请审阅后签批，或退回经办人。",
    ),
    Line(
        APPLICATION,
        "give_back_proposal",
        To.PERSON,
        "拟办意见已退回：{nursery}",
        "受理编号 {number} 拟“{move}”的意见被退回。请在申报页面查看说明，修改后重新拟办。",
    ),
    Line(
        APPLICATION,
        "confirm_proposal",
        To.PERSON,
        "拟办意见已签批：{nursery}",
        "受理编号 {number} 拟“{move}”的意见已签批办理。",
        mail=False,
    ),
    # The province
    Line(
        APPLICATION,
        "assign_expert",
        To.PERSON,
        "新的{step}任务：{nursery}",
        "请您担任受理编号 {number} 的{step}专家。请登录后接受任务，再查看材料、独立评分；"
        "与该机构有利害关系的，请申请回避。",
    ),
    Line(
        APPLICATION,
        "recuse",
        To.ASSIGNERS,
        "专家申请回避：{nursery}",
        "受理编号 {number} 的{step}专家申请回避，席位空缺。请在该件的分配页面补派专家。",
    ),
    Line(
        APPLICATION,
        "unassign_expert",
        To.PERSON,
        "{step}任务已取消",
        "受理编号 {number} 的{step}任务已取消，无需再评分。",
        linked=False,
    ),
    Line(
        APPLICATION,
        "send_back_to_city",
        To.CITY,
        "省级退回：{nursery}",
        "省级退回受理编号 {number}，所占名额已释放。理由：{reason}\n"
        "请于{city_deadline}前重新审核。",
    ),
    Line(
        APPLICATION,
        "send_back_to_city",
        To.NURSERY,
        "重新进行市级审核：{nursery}",
        "受理编号 {number} 由省级退回市级重新审核。",
        mail=False,
    ),
    *(
        Line(APPLICATION, verb, to, f"{heading}：{{nursery}}", text, mail=to == To.NURSERY)
        for verb, heading, text in (
            (
                "pass_review",
                "评审通过",
                "受理编号 {number} 已通过省级评审，将按规定公示。",
            ),
            (
                "fail_review",
                "评审未通过",
                "受理编号 {number} 未通过省级评审。理由：{reason}",
            ),
        )
        for to in (To.NURSERY, To.CITY, To.COUNTY)
    ),
    Line(
        APPLICATION,
        "lapse",
        To.NURSERY,
        "申报逾期失效：{nursery}",
        "受理编号 {number} 已过截止日期，本周期不再办理。",
    ),
)
