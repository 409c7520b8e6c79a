"""Long work that went on without one: the maker hears of its end, nobody else."""

from __future__ import annotations

from notifications import services
from notifications.models import Mail, Message
from tests.applications.batching import make, run
from tests.applications.crowd import crowd
from tests.scenes import Province
from workflow.models import Event


def test_the_end_of_a_batch_is_told_to_its_maker(scene: Province) -> None:
    files = crowd(scene, 3)
    files[0].reviews.update(superseded=True)
    batch = run(make(files, scene.county_handler))
    event = Event.objects.get(verb="finish_batch")
    assert services.announce(event) == 1
    message = Message.objects.get(event=event)
    assert message.recipient == scene.county_handler
    assert message.title == "批量办理已完成：推荐至市级"
    assert message.text.startswith("已办理 2 件，未办理 1 件。")
    assert message.url == batch.get_absolute_url()
    assert not Mail.objects.exists()
