from django.conf import settings
from django.http import HttpResponse
from django.templatetags.static import static
from django.urls import path


def index(request):
    (settings.MEDIA_ROOT / "visited").touch()
    return HttpResponse(static("shop.css"))


urlpatterns = [path("", index)]
