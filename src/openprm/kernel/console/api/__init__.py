"""The engine room, for programs."""

from openprm.kernel.console.api.deliveries import router as deliveries
from openprm.kernel.console.api.jobs import router as jobs
from openprm.kernel.console.api.log import router as log
from openprm.kernel.console.api.mail import router as mail
from openprm.kernel.console.api.settings import router as settings

routers = (log, deliveries, jobs, mail, settings)
